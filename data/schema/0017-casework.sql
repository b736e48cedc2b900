-- Casework: what officers note of a case for themselves, and what each has seen of it. Notes are never changed: a later
-- one stands beside. Times are UTC.

CREATE TABLE case_note (                -- an internal note of a case: no part of what is sent, decided or published
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    text TEXT NOT NULL CHECK (trim(text) <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX case_note_case ON case_note (application);

CREATE TRIGGER case_note_no_update BEFORE UPDATE ON case_note
BEGIN
    SELECT RAISE(ABORT, 'a note is never changed: write another');
END;

CREATE TRIGGER case_note_no_delete BEFORE DELETE ON case_note
BEGIN
    SELECT RAISE(ABORT, 'a note is never deleted');
END;

CREATE TABLE case_seen (                -- how far in the trail a person has followed a case
    application INTEGER NOT NULL REFERENCES application (id),
    account TEXT NOT NULL,
    seq INTEGER NOT NULL,               -- the newest row of the audit at the time
    at TEXT NOT NULL,
    PRIMARY KEY (application, account)
) STRICT;
