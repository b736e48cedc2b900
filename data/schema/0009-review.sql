-- Review: who sits on the board, what each said of conflicts, who has which case, scores and recommendations. What was
-- said, scored or recommended is never changed: a later row stands instead, and both stay. Days are ISO, times UTC.

CREATE TABLE seat (                     -- a place on the board, and who has it
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    deputy_for INTEGER REFERENCES seat (id),    -- NULL: a member
    partner INTEGER REFERENCES partner (id),    -- whose delegate; NULL: nobody's
    since TEXT NOT NULL,
    until TEXT,                         -- the last day; NULL: not ended
    version INTEGER NOT NULL,
    CHECK (until >= since)
) STRICT;

CREATE INDEX seat_account ON seat (account);

CREATE TRIGGER seat_whose_stays BEFORE UPDATE OF account, deputy_for, since ON seat
WHEN (NEW.account, NEW.deputy_for, NEW.since) IS NOT (OLD.account, OLD.deputy_for, OLD.since)
BEGIN
    SELECT RAISE(ABORT, 'a seat stays with who has it: end it and make another');
END;

CREATE TRIGGER seat_no_delete BEFORE DELETE ON seat
BEGIN
    SELECT RAISE(ABORT, 'seats are never deleted: end them');
END;

CREATE TABLE declaration (              -- a person's word on a case, before anything but public facts is seen
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    account TEXT NOT NULL,
    word TEXT NOT NULL CHECK (word IN ('none', 'conflict', 'doubt')),
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK (word = 'none' OR trim(reason) <> '')
) STRICT;

CREATE INDEX declaration_case ON declaration (application, account);

CREATE TRIGGER declaration_no_update BEFORE UPDATE ON declaration
BEGIN
    SELECT RAISE(ABORT, 'a declaration is never changed: declare anew');
END;

CREATE TRIGGER declaration_no_delete BEFORE DELETE ON declaration
BEGIN
    SELECT RAISE(ABORT, 'a declaration is never deleted');
END;

CREATE TABLE ruling (                   -- what the body decided of a person's conflict in a case, without that person
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    account TEXT NOT NULL,
    declaration INTEGER NOT NULL REFERENCES declaration (id),   -- the word that it was about; a later one isn't ruled on
    disqualified INTEGER NOT NULL CHECK (disqualified IN (0, 1)),
    reason TEXT NOT NULL CHECK (trim(reason) <> ''),
    votes TEXT NOT NULL CHECK (json_valid(votes)),      -- who voted what, by account
    meeting INTEGER REFERENCES meeting (id),            -- NULL: before the meeting, and read out in it
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX ruling_case ON ruling (application, account);

CREATE TRIGGER ruling_no_update BEFORE UPDATE ON ruling
BEGIN
    SELECT RAISE(ABORT, 'what the body decided is never changed: decide anew');
END;

CREATE TRIGGER ruling_no_delete BEFORE DELETE ON ruling
BEGIN
    SELECT RAISE(ABORT, 'what the body decided is never deleted');
END;

CREATE TABLE assignment (               -- who scores or handles a case
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    account TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('officer', 'scorer')),
    state TEXT NOT NULL CHECK (state IN ('assigned', 'taken_off')),
    at TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (application, account, part)
) STRICT;

CREATE TRIGGER assignment_no_delete BEFORE DELETE ON assignment
BEGIN
    SELECT RAISE(ABORT, 'an assignment is never deleted: take it off');
END;

CREATE TABLE score (                    -- points on one criterion, with a reason; the latest of a person's counts
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    account TEXT NOT NULL,
    criterion TEXT NOT NULL,            -- its key in the call's scheme
    points INTEGER CHECK (points BETWEEN 0 AND 5),      -- NULL: not applicable
    reason TEXT NOT NULL CHECK (trim(reason) <> ''),
    revision INTEGER NOT NULL,          -- the sending of the application that was read
    at TEXT NOT NULL
) STRICT;

CREATE INDEX score_case ON score (application, account, criterion);

CREATE TRIGGER score_no_update BEFORE UPDATE ON score
BEGIN
    SELECT RAISE(ABORT, 'a score is never changed: score anew');
END;

CREATE TRIGGER score_no_delete BEFORE DELETE ON score
BEGIN
    SELECT RAISE(ABORT, 'a score is never deleted');
END;

CREATE TABLE recommendation (           -- what the case officer recommends; the latest counts
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    outcome TEXT NOT NULL CHECK (outcome IN
        ('granted', 'granted_in_part', 'granted_on_conditions', 'guaranteed', 'lent', 'rejected', 'deferred')),
    amount INTEGER CHECK (amount > 0),  -- øre; NULL where nothing is given
    grounds TEXT NOT NULL CHECK (trim(grounds) <> ''),
    conditions TEXT NOT NULL CHECK (json_valid(conditions)),    -- a list of texts
    earmarks TEXT NOT NULL CHECK (json_valid(earmarks)),        -- the partners' earmarks that fit, a list
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    CHECK ((amount IS NULL) = (outcome IN ('rejected', 'deferred')))
) STRICT;

CREATE INDEX recommendation_case ON recommendation (application);

CREATE TRIGGER recommendation_no_update BEFORE UPDATE ON recommendation
BEGIN
    SELECT RAISE(ABORT, 'a recommendation is never changed: recommend anew');
END;

CREATE TRIGGER recommendation_no_delete BEFORE DELETE ON recommendation
BEGIN
    SELECT RAISE(ABORT, 'a recommendation is never deleted');
END;
