-- Erasure of persons, and what may be taken out of an answer when its time has come.

CREATE TABLE erasure (                  -- a person asks to be erased, and an administrator carries it out
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    asked_at TEXT NOT NULL,
    asked_by TEXT NOT NULL,             -- the account itself, or an administrator who was asked in another way
    state TEXT NOT NULL CHECK (state IN ('asked', 'withdrawn', 'done')),
    ended_at TEXT,                      -- withdrawn or done
    ended_by TEXT,
    version INTEGER NOT NULL,
    CHECK ((state = 'asked') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL))
) STRICT;

CREATE UNIQUE INDEX erasure_open ON erasure (account) WHERE state = 'asked';

CREATE TRIGGER erasure_no_update BEFORE UPDATE ON erasure
WHEN OLD.state <> 'asked' OR (NEW.id, NEW.account, NEW.asked_at, NEW.asked_by)
    IS NOT (OLD.id, OLD.account, OLD.asked_at, OLD.asked_by)
BEGIN
    SELECT RAISE(ABORT, 'what was asked for and done stays');
END;

CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure
BEGIN
    SELECT RAISE(ABORT, 'what was asked for and done stays');
END;

DROP TRIGGER survey_answer_no_update;

-- An answer is never changed; a part of it may be taken out, as free text is when its time has come.
CREATE TRIGGER survey_answer_no_update BEFORE UPDATE ON survey_answer
WHEN (NEW.id, NEW.survey, NEW.batch, NEW.day) IS NOT (OLD.id, OLD.survey, OLD.batch, OLD.day)
    OR EXISTS (SELECT 1 FROM json_each(NEW.answers) AS now WHERE NOT EXISTS (
        SELECT 1 FROM json_each(OLD.answers) AS was
        WHERE was.key = now.key AND was.type = now.type AND was.value IS now.value))
BEGIN
    SELECT RAISE(ABORT, 'an answer is never changed');
END;
