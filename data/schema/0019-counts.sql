-- Counts and registers of an event: visits, nights, kroner, by day, week or month. Days are ISO dates in Norway, times UTC.

CREATE TABLE count_series (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL REFERENCES event (id),
    kind TEXT NOT NULL CHECK (
        kind IN ('tickets', 'scans', 'positions', 'others', 'unique', 'guest_nights', 'rooms', 'cards')
    ),                                  -- its unit follows from it
    name TEXT NOT NULL CHECK (name != ''),              -- what was counted and where, as "Arenaen, alle porter"
    place TEXT NOT NULL,                -- the municipality's code
    trade TEXT NOT NULL,                -- of card spending: a code of data/trades.toml; '' for other kinds
    step TEXT NOT NULL CHECK (step IN ('day', 'week', 'month', 'whole')),
    figures TEXT NOT NULL CHECK (json_valid(figures)),  -- JSON object: the first day of a period → its figure; what isn't known isn't there
    rooms TEXT NOT NULL CHECK (json_valid(rooms)),      -- the same days → rooms for let; {} for other kinds
    taken TEXT NOT NULL,                -- the day on which the source gave the figures
    evidence TEXT NOT NULL CHECK (evidence IN ('counted', 'surveyed', 'reported', 'assumed')),
    grade TEXT NOT NULL CHECK (grade IN ('', 'O', 'P', 'S', 'D')),
    source TEXT NOT NULL CHECK (source != ''),
    chosen TEXT NOT NULL CHECK (chosen IN ('', 'visits', 'room_nights')),   -- it is the event's total of this unit; '' where it isn't
    withdrawn_at TEXT,                  -- a withdrawn one stays withdrawn
    withdrawn_why TEXT,
    once TEXT NOT NULL UNIQUE,          -- of the form that it came from: a second click adds no second count
    stored_at TEXT NOT NULL,
    stored_by TEXT NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_why IS NULL)),
    CHECK (withdrawn_at IS NULL OR chosen = '')
) STRICT;

CREATE INDEX count_series_event ON count_series (event, id);
CREATE UNIQUE INDEX count_series_chosen ON count_series (event, chosen) WHERE chosen != '';
