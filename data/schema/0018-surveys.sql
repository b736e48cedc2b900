-- Surveys after an event: what visitors, residents and businesses answer. Nothing says who answered. Days are ISO dates in
-- Norway, times UTC.

CREATE TABLE survey (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL REFERENCES event (id),
    kind TEXT NOT NULL CHECK (kind IN ('visitor', 'resident', 'business')),
    code TEXT NOT NULL UNIQUE,          -- stands in its public address
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    version INTEGER NOT NULL,
    CHECK (closes >= opens),
    UNIQUE (event, kind)
) STRICT;

CREATE TABLE survey_batch (             -- a file of answers that was read in
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    survey INTEGER NOT NULL REFERENCES survey (id),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    mapping TEXT NOT NULL CHECK (json_valid(mapping)),  -- which column answers which question, and how its values are read
    rows INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    UNIQUE (survey, sha256)
) STRICT;

CREATE TABLE survey_answer (            -- one respondent
    id INTEGER PRIMARY KEY AUTOINCREMENT,               -- drawn, on the public page: no order tells when it came
    survey INTEGER NOT NULL REFERENCES survey (id),
    batch INTEGER REFERENCES survey_batch (id),         -- NULL: answered on the public page
    day TEXT NOT NULL,                  -- the day of the answer; no time of day, which could tell who
    answers TEXT NOT NULL CHECK (json_valid(answers))   -- by question; what wasn't answered isn't there
) STRICT;

CREATE INDEX survey_answer_survey ON survey_answer (survey, batch);

CREATE TRIGGER survey_answer_no_update BEFORE UPDATE ON survey_answer
BEGIN
    SELECT RAISE(ABORT, 'an answer is never changed');
END;

CREATE TABLE survey_mapping (           -- how the columns of a kind of file were read last time
    kind TEXT NOT NULL,
    columns TEXT NOT NULL,              -- digest of the headings, in their order
    mapping TEXT NOT NULL CHECK (json_valid(mapping)),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (kind, columns)
) STRICT;

CREATE TABLE survey_treatment (         -- the rules that were chosen for a survey's outliers, gaps and margins
    survey INTEGER PRIMARY KEY REFERENCES survey (id),
    rules TEXT NOT NULL CHECK (json_valid(rules)),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- What was sent in already, so that a form that is sent twice counts once; never joined to the answers, and gone after a day.
CREATE TABLE survey_form (
    token TEXT PRIMARY KEY,             -- a digest of what stood hidden in the form
    day TEXT NOT NULL
) STRICT;

-- How many answers one sender has given on one day; never joined to the answers, and gone the day after.
CREATE TABLE survey_sender (
    day TEXT NOT NULL,
    sender TEXT NOT NULL,               -- a digest that only holds for the day
    count INTEGER NOT NULL,
    PRIMARY KEY (day, sender)
) STRICT;
