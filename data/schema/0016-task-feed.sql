-- Whose list of things to do is read as a calendar, and by which key. The key itself is nowhere; the audit has neither.

CREATE TABLE task_feed (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    digest TEXT NOT NULL UNIQUE,        -- SHA-256 of the key in the calendar's address
    made_at TEXT NOT NULL
) STRICT;
