-- The register of events: drafts, locked estimates, lessons. A released file of this folder is never edited.

CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('idea', 'bid', 'confirmed', 'held', 'evaluated', 'cancelled')),
    series TEXT NOT NULL,               -- what its editions share, as "ski-vm"; '' where it stands alone
    edition TEXT NOT NULL,              -- which one of the series, as "2025"
    owner TEXT NOT NULL,                -- the account's id, as "account:7"
    sample INTEGER NOT NULL CHECK (sample IN (0, 1)),
    venues TEXT NOT NULL CHECK (json_valid(venues)),    -- JSON list of halls and grounds
    crews TEXT NOT NULL CHECK (json_valid(crews)),      -- JSON list of crews and volunteers that it needs
    -- From here to "found" all follows from the document, for lists: written with it, and not audited.
    name_nb TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    municipality TEXT NOT NULL,
    first_day TEXT,                     -- ISO; NULL where it isn't known yet
    last_day TEXT,
    changed_at TEXT NOT NULL,           -- UTC, when the row was last saved
    found TEXT NOT NULL,                -- names, series, kind and venues in one text without capitals: what a search reads
    document TEXT NOT NULL CHECK (json_valid(document)),    -- the event as its file has it; may be incomplete
    version INTEGER NOT NULL
) STRICT;

-- One index holds all that lists ask for, so that a search never reads the documents.
CREATE INDEX event_list ON event (
    first_day, id, last_day, state, owner, sample, kind, municipality, series, edition, name_nb, name_en, changed_at, found
);
CREATE INDEX event_state ON event (state, first_day);
CREATE INDEX event_series ON event (series, first_day) WHERE series != '';

CREATE TRIGGER event_sample_stays BEFORE UPDATE OF sample ON event WHEN NEW.sample != OLD.sample
BEGIN
    SELECT RAISE(ABORT, 'an event never becomes or stops being a sample');
END;

-- What someone has typed and not yet kept. No reference to the event: a draft outlives it.
CREATE TABLE draft (
    event INTEGER NOT NULL,
    account TEXT NOT NULL,
    base_version INTEGER NOT NULL,      -- the version of the event that it began from …
    base TEXT NOT NULL CHECK (json_valid(base)),        -- … and its document then
    document TEXT NOT NULL CHECK (json_valid(document)),
    saved_at TEXT NOT NULL,
    PRIMARY KEY (event, account)
) STRICT;

CREATE TABLE estimate (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL REFERENCES event (id),
    event_version INTEGER NOT NULL,     -- the event's version that it was computed from
    name TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('forecast', 'evaluation')),
    table_name TEXT NOT NULL,           -- of the multiplier table
    sha256 TEXT NOT NULL,               -- as the lock itself states it
    locked_at TEXT NOT NULL,
    locked_by TEXT NOT NULL,
    price_year INTEGER NOT NULL,
    -- For lists; of the deciding area, NULL where it is not known.
    value_added_p10 REAL,               -- NOK
    value_added_p50 REAL,
    value_added_p90 REAL,
    employment_p10 REAL,                -- employed persons
    employment_p50 REAL,
    employment_p90 REAL,
    guest_nights_p50 REAL,
    eligible_p50 REAL,                  -- additional visitors
    deficit_mode REAL,                  -- NOK, the organiser's
    assumed_share REAL,                 -- of the squared swings
    published_at TEXT,
    withdrawn_at TEXT,                  -- a withdrawn one stays withdrawn
    withdrawn_why TEXT,
    version INTEGER NOT NULL,
    -- Last, so that lists are read without going through them.
    lock BLOB NOT NULL,                 -- the locked estimate, compressed with zlib
    trade_draws BLOB                    -- draws for the business view, made when it is published
) STRICT;

CREATE INDEX estimate_event ON estimate (event, locked_at);
CREATE UNIQUE INDEX estimate_published ON estimate (event, purpose)
WHERE published_at IS NOT NULL AND withdrawn_at IS NULL;

CREATE TRIGGER estimate_lock_no_update
BEFORE UPDATE OF id, event, event_version, purpose, table_name, lock, sha256, locked_at, locked_by, price_year,
    value_added_p10, value_added_p50, value_added_p90, employment_p10, employment_p50, employment_p90,
    guest_nights_p50, eligible_p50, deficit_mode, assumed_share ON estimate
BEGIN
    SELECT RAISE(ABORT, 'a locked estimate is never changed');
END;

CREATE TRIGGER estimate_lock_no_delete BEFORE DELETE ON estimate
WHEN coalesce((SELECT sample FROM event WHERE id = OLD.event), 0) = 0
BEGIN
    SELECT RAISE(ABORT, 'a locked estimate is never deleted');
END;

CREATE TABLE lesson (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL REFERENCES event (id),
    about TEXT NOT NULL CHECK (about IN ('organiser', 'fund', 'business')),
    text TEXT NOT NULL CHECK (text != ''),
    tags TEXT NOT NULL CHECK (json_valid(tags)),        -- JSON list: of the fixed ones, or free
    found TEXT NOT NULL,                -- text and tags without capitals: what a search reads
    written_at TEXT NOT NULL,
    written_by TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX lesson_event ON lesson (event);
