-- Evaluations: what an event turned out to give, held against the forecast that was locked before it. Times are UTC.

CREATE TABLE evaluation (               -- one of an event: what is known of the outcome, until it is locked as an estimate
    event INTEGER PRIMARY KEY REFERENCES event (id),
    forecast INTEGER NOT NULL REFERENCES estimate (id),
    document TEXT NOT NULL CHECK (json_valid(document)),    -- the event as it turned out, in the form of events
    outcome INTEGER REFERENCES estimate (id),               -- the second estimate, by the forecast's table; NULL until it is locked
    today INTEGER REFERENCES estimate (id),                 -- the same by today's table, where that is another
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
