-- Messages that go out: each is put here by what it tells of, in the same transaction, and once.

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL CHECK (recipient GLOB 'account:[0-9]*' OR recipient GLOB 'organisation:[0-9]*'),
    message TEXT NOT NULL,              -- key of the phrases "subject" and "text"
    figures TEXT NOT NULL CHECK (json_valid(figures)),  -- what is put into them; no names, no addresses
    dedupe TEXT NOT NULL UNIQUE,        -- what is told is told once
    at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'passed_on')),
    tries INTEGER NOT NULL,
    not_before TEXT,                    -- the next try
    done_at TEXT,                       -- sent, failed for good, or passed on to those who act for the organisation
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX outbox_waiting ON outbox (state, not_before) WHERE state IN ('waiting', 'sending', 'failed');

CREATE TRIGGER outbox_told_stays BEFORE UPDATE OF recipient, message, figures, dedupe, at ON outbox
BEGIN
    SELECT RAISE(ABORT, 'what was told is never changed');
END;

CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox
BEGIN
    SELECT RAISE(ABORT, 'what was told is never deleted');
END;
