-- Meetings: agenda, who was there, votes, decisions, appeals. Votes and decisions are chained: each row's hash is SHA-256
-- of the hash of the row before it and its own body. Money is whole øre, days are ISO, times UTC.

CREATE TABLE meeting (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL CHECK (title <> ''),
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('ordinary', 'between')), -- between: an urgent case, minuted at the next meeting
    state TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    minutes TEXT CHECK (json_valid(minutes)),   -- as signed, the ledger's head included
    minutes_sha256 TEXT,
    version INTEGER NOT NULL
) STRICT;

CREATE TRIGGER meeting_no_delete BEFORE DELETE ON meeting
BEGIN
    SELECT RAISE(ABORT, 'meetings are never deleted: cancel them');
END;

CREATE TRIGGER meeting_minutes_stay BEFORE UPDATE OF minutes, minutes_sha256 ON meeting
WHEN OLD.minutes IS NOT NULL AND (NEW.minutes, NEW.minutes_sha256) IS NOT (OLD.minutes, OLD.minutes_sha256)
BEGIN
    SELECT RAISE(ABORT, 'signed minutes are never changed');
END;

CREATE TABLE agenda_item (              -- a case on a meeting's agenda
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting INTEGER NOT NULL REFERENCES meeting (id),
    position INTEGER NOT NULL CHECK (position > 0),
    application INTEGER NOT NULL REFERENCES application (id),
    recommendation INTEGER REFERENCES recommendation (id),      -- as it stood when the agenda was locked
    reserved INTEGER CHECK (reserved > 0),      -- what was reserved for it, øre
    state TEXT NOT NULL CHECK (state IN ('on', 'off', 'decided')),
    off_reason TEXT,
    version INTEGER NOT NULL,
    UNIQUE (meeting, application)
) STRICT;

CREATE INDEX agenda_item_application ON agenda_item (application, state);

CREATE TRIGGER agenda_item_no_delete BEFORE DELETE ON agenda_item
WHEN (SELECT state FROM meeting WHERE id = OLD.meeting) <> 'planned'
BEGIN
    SELECT RAISE(ABORT, 'a locked agenda keeps its cases: take them off');
END;

CREATE TABLE attendance (               -- who took part, for which seat
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting INTEGER NOT NULL REFERENCES meeting (id),
    account TEXT NOT NULL,
    seat INTEGER NOT NULL REFERENCES seat (id),
    remote INTEGER NOT NULL CHECK (remote IN (0, 1)),
    at TEXT NOT NULL,
    left_at TEXT,
    version INTEGER NOT NULL,
    UNIQUE (meeting, account)
) STRICT;

CREATE TRIGGER attendance_no_delete BEFORE DELETE ON attendance
BEGIN
    SELECT RAISE(ABORT, 'that someone was there is never deleted');
END;

CREATE TABLE vote (                     -- a person's vote on a case; the latest before it is read out counts
    id INTEGER PRIMARY KEY,             -- 1, 2, 3 … without a gap
    item INTEGER NOT NULL REFERENCES agenda_item (id),
    account TEXT NOT NULL,
    word TEXT NOT NULL CHECK (word IN ('for', 'against')),
    proposal TEXT NOT NULL CHECK (json_valid(proposal)),        -- what was voted on, JSON in one form only
    remote INTEGER NOT NULL CHECK (remote IN (0, 1)),
    at TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE INDEX vote_item ON vote (item, account);

CREATE TRIGGER vote_in_order BEFORE INSERT ON vote WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM vote)
BEGIN
    SELECT RAISE(ABORT, 'votes come one after the other');
END;

CREATE TRIGGER vote_after_decision BEFORE INSERT ON vote
WHEN EXISTS (SELECT 1 FROM decision WHERE item = NEW.item)
BEGIN
    SELECT RAISE(ABORT, 'the decision has been read out');
END;

CREATE TRIGGER vote_no_update BEFORE UPDATE ON vote
BEGIN
    SELECT RAISE(ABORT, 'a vote is never changed: vote anew');
END;

CREATE TRIGGER vote_no_delete BEFORE DELETE ON vote
BEGIN
    SELECT RAISE(ABORT, 'a vote is never deleted');
END;

CREATE TABLE decision (                 -- what was decided, on what, by whom
    id INTEGER PRIMARY KEY,             -- 1, 2, 3 … without a gap
    item INTEGER NOT NULL UNIQUE REFERENCES agenda_item (id),
    application INTEGER NOT NULL REFERENCES application (id),
    outcome TEXT NOT NULL CHECK (outcome IN
        ('granted', 'granted_in_part', 'granted_on_conditions', 'guaranteed', 'lent', 'rejected', 'deferred')),
    amount INTEGER CHECK (amount > 0),
    grounds TEXT NOT NULL CHECK (trim(grounds) <> ''),
    revision INTEGER NOT NULL,          -- the sending of the application that was decided …
    revision_sha256 TEXT NOT NULL,
    estimate INTEGER REFERENCES estimate (id),  -- … and the locked forecast behind it
    estimate_sha256 TEXT,
    body TEXT NOT NULL CHECK (json_valid(body)),        -- all of it, JSON in one form only: conditions, votes, conflicts
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    hash TEXT NOT NULL,
    CHECK ((amount IS NULL) = (outcome IN ('rejected', 'deferred'))),
    CHECK ((estimate IS NULL) = (estimate_sha256 IS NULL))
) STRICT;

CREATE INDEX decision_application ON decision (application);

CREATE TRIGGER decision_in_order BEFORE INSERT ON decision
WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM decision)
BEGIN
    SELECT RAISE(ABORT, 'decisions come one after the other');
END;

CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN
    SELECT RAISE(ABORT, 'a decision is never changed: a later one stands instead');
END;

CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN
    SELECT RAISE(ABORT, 'a decision is never deleted');
END;

CREATE TABLE appeal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    decision INTEGER REFERENCES decision (id),  -- NULL: against a dismissal
    text TEXT NOT NULL CHECK (trim(text) <> ''),
    received_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    answer TEXT NOT NULL,               -- grounds, the statement that it was sent on with, or what came back
    in_favour INTEGER CHECK (in_favour IN (0, 1)),  -- NULL: not decided; 1: the case may be taken up again
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX appeal_application ON appeal (application);

CREATE TRIGGER appeal_stays BEFORE UPDATE OF application, decision, text, received_at, actor ON appeal
WHEN (NEW.application, NEW.decision, NEW.text, NEW.received_at, NEW.actor)
    IS NOT (OLD.application, OLD.decision, OLD.text, OLD.received_at, OLD.actor)
BEGIN
    SELECT RAISE(ABORT, 'an appeal stays as it came in');
END;

CREATE TRIGGER appeal_no_delete BEFORE DELETE ON appeal
BEGIN
    SELECT RAISE(ABORT, 'an appeal is never deleted');
END;
