-- Who did what, and settings. A released file of this folder is never edited: a change is a new file.

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,            -- 1, 2, 3 … without a gap
    at TEXT NOT NULL,                   -- UTC, ISO 8601, milliseconds, as the clock stood
    actor TEXT NOT NULL,                -- the account's id, never a name or an address; or "system", "operator"
    action TEXT NOT NULL,               -- as "event.save"
    kind TEXT NOT NULL,                 -- what was changed: as a rule a table …
    resource TEXT NOT NULL,             -- … and the row's key
    before TEXT,                        -- JSON of the columns that changed, as they were; NULL for a new row
    after TEXT,                         -- JSON of the columns that changed, as they are; NULL for a deleted row
    salt TEXT NOT NULL,                 -- random, so that nobody can guess erased contents from their digest
    content TEXT NOT NULL,              -- SHA-256 of salt, before and after: the chain holds without the contents
    hash TEXT NOT NULL UNIQUE,          -- SHA-256 of the previous row's hash and this row's columns, a line each
    CHECK (instr(concat(at, actor, action, kind, resource), char(10)) = 0)
) STRICT;

CREATE INDEX audit_resource ON audit (kind, resource);

CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN
    SELECT RAISE(ABORT, 'audit rows come one after the other');
END;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit rows are never changed');
END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit rows are never deleted');
END;

CREATE TABLE setting (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value)),
    version INTEGER NOT NULL
) STRICT;
