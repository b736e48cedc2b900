-- Reviews after an event: what each party says of it, theme by theme. Times are UTC.

CREATE TABLE review (                   -- as it was handed in; once a party
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    party TEXT NOT NULL CHECK (party IN ('organiser', 'fund', 'business')),
    answers TEXT NOT NULL CHECK (json_valid(answers)),  -- by theme: planned, happened, next, grade, tags; the unsaid isn't there
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    UNIQUE (event, party)
) STRICT;

CREATE TRIGGER review_no_update BEFORE UPDATE ON review
BEGIN
    SELECT RAISE(ABORT, 'a review that was handed in is never changed');
END;

CREATE TABLE review_draft (             -- while it is written: saved at every field, without a trail
    event INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    party TEXT NOT NULL CHECK (party IN ('organiser', 'fund', 'business')),
    answers TEXT NOT NULL CHECK (json_valid(answers)),
    saved_at TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    version INTEGER NOT NULL,           -- one more at every change, so that only what was shown is handed in
    PRIMARY KEY (event, party)
) STRICT;
