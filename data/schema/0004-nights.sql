-- The night register and what businesses answer. A released file of this folder is never edited.

-- Rooms and ordinary guests of one municipality over some nights. Where two rows hold for a night, the one of fewer
-- nights is used, and of two as long the newer.
CREATE TABLE night (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    municipality TEXT NOT NULL,         -- code, as "5001"
    first_day TEXT NOT NULL,            -- ISO; the night is the one that begins on the day
    last_day TEXT NOT NULL CHECK (last_day >= first_day),
    rooms REAL NOT NULL CHECK (rooms > 0),              -- rooms for let, a night
    sold REAL NOT NULL CHECK (sold >= 0 AND sold <= rooms),  -- sold without any event, a night: the likely figure …
    sold_low REAL,                      -- … and its range, NULL where only a point is known
    sold_high REAL,
    evidence TEXT NOT NULL CHECK (evidence IN ('counted', 'surveyed', 'reported', 'assumed')),
    source TEXT NOT NULL CHECK (source != ''),
    version INTEGER NOT NULL,
    CHECK ((sold_low IS NULL) = (sold_high IS NULL)),
    CHECK (sold_low IS NULL OR (sold_low >= 0 AND sold_low <= sold AND sold <= sold_high AND sold_high <= rooms))
) STRICT;

CREATE INDEX night_place ON night (municipality, first_day, last_day);

-- «Did this hold for you?» Only what is chosen from lists, and a number: nothing says who answered.
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    trade TEXT NOT NULL,
    municipality TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('more', 'as_expected', 'less')),
    turnover_change REAL CHECK (turnover_change BETWEEN -100 AND 1000),     -- percent of a usual day; NULL: not told
    day TEXT NOT NULL                   -- the day it was sent, no clock
) STRICT;

CREATE INDEX feedback_event ON feedback (event, trade);

-- How many answers one sender has given on one day; never joined to the answers, and gone the day after.
CREATE TABLE feedback_sender (
    day TEXT NOT NULL,
    sender TEXT NOT NULL,               -- a digest that only holds for the day
    count INTEGER NOT NULL,
    PRIMARY KEY (day, sender)
) STRICT;
