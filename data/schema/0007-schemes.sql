-- Schemes as they were saved: each change is a new row, so that a call or a case that names a row names its words.

CREATE TABLE scheme (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL CHECK (key <> ''),
    since TEXT NOT NULL,                -- the day it holds from, ISO
    revision INTEGER NOT NULL CHECK (revision > 0),   -- 1, 2, 3 … for each key
    preset TEXT NOT NULL,               -- the preset it was made from, or ''
    document TEXT NOT NULL CHECK (json_valid(document)),
    UNIQUE (key, revision)
) STRICT;

CREATE TRIGGER scheme_no_update BEFORE UPDATE ON scheme
BEGIN
    SELECT RAISE(ABORT, 'a scheme that was saved is never changed: save it anew');
END;

CREATE TRIGGER scheme_no_delete BEFORE DELETE ON scheme
BEGIN
    SELECT RAISE(ABORT, 'schemes are never deleted');
END;
