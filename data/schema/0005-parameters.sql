-- Values of parameters that were changed on screen. They stand in front of those of data/parameters from their day on.

CREATE TABLE parameter_value (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,                  -- as "vat.food_service"
    since TEXT NOT NULL,                -- the day it holds from, ISO
    low REAL,                           -- NULL where the value is a point
    mode REAL NOT NULL,
    high REAL,
    evidence TEXT NOT NULL CHECK (evidence IN ('counted', 'surveyed', 'reported', 'assumed')),
    source TEXT NOT NULL CHECK (trim(source) <> ''),
    version INTEGER NOT NULL,
    UNIQUE (key, since),
    CHECK ((low IS NULL) = (high IS NULL)),
    CHECK (low IS NULL OR (low <= mode AND mode <= high))
) STRICT;
