-- The fund's ledger: partners, frames, and postings whose legs sum to zero. Money is whole øre. What a posting did is
-- found in its legs and nowhere else; balances are moved by the legs themselves, and a fold of the legs gives them again.

CREATE TABLE partner (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('public', 'private')),   -- never changed: the covenant counts by it
    version INTEGER NOT NULL
) STRICT;

CREATE TRIGGER partner_kind_no_update BEFORE UPDATE OF kind ON partner
BEGIN
    SELECT RAISE(ABORT, 'a partner stays public or private');
END;

CREATE TABLE covenant (                 -- what private partners must have paid in for what the public ones have
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    from_day TEXT NOT NULL UNIQUE,      -- in force from this day until the next one
    private INTEGER NOT NULL CHECK (private >= 0),
    public INTEGER NOT NULL CHECK (public > 0),   -- so many private kroner for so many public ones
    ground TEXT NOT NULL CHECK (ground <> '')     -- the agreement or decision that says so
) STRICT;

CREATE TABLE frame (                    -- what may be granted in a year, or in one call; its amounts are in the ledger
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    year INTEGER NOT NULL CHECK (year BETWEEN 1000 AND 9999),
    call INTEGER NOT NULL,              -- 0: the year's own
    UNIQUE (year, call)
) STRICT;

CREATE TABLE ledger_account (           -- a kind of money and what it belongs to; 0 or '' where a part doesn't apply
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    partner INTEGER NOT NULL,
    earmark TEXT NOT NULL,
    year INTEGER NOT NULL,
    meeting INTEGER NOT NULL,
    award INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    key TEXT NOT NULL UNIQUE GENERATED ALWAYS AS (
        kind || CASE WHEN partner <> 0 THEN ':partner=' || partner ELSE '' END
             || CASE WHEN earmark <> '' THEN ':earmark=' || earmark ELSE '' END
             || CASE WHEN year <> 0 THEN ':year=' || year ELSE '' END
             || CASE WHEN meeting <> 0 THEN ':meeting=' || meeting ELSE '' END
             || CASE WHEN award <> 0 THEN ':award=' || award ELSE '' END
             || CASE WHEN frame <> 0 THEN ':frame=' || frame ELSE '' END
    ) STORED,
    balance INTEGER NOT NULL DEFAULT 0, -- øre; moved by the legs
    CHECK (balance BETWEEN -9007199254740992 AND 9007199254740992),
    CONSTRAINT balance_has_its_side CHECK (CASE
        WHEN kind = 'contra' THEN 1
        WHEN kind IN ('contributed', 'interest', 'frame_set', 'exposure_set') THEN balance <= 0
        ELSE balance >= 0 END)
) STRICT;

CREATE INDEX ledger_account_pot ON ledger_account (kind, year, meeting) WHERE award = 0;
CREATE INDEX ledger_account_award ON ledger_account (award, kind) WHERE award > 0;
CREATE INDEX ledger_account_partner ON ledger_account (partner, kind, award) WHERE award > 0;

CREATE TRIGGER ledger_account_fixed
BEFORE UPDATE OF id, kind, partner, earmark, year, meeting, award, frame ON ledger_account
BEGIN
    SELECT RAISE(ABORT, 'what an account is for is never changed');
END;

CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account
BEGIN
    SELECT RAISE(ABORT, 'accounts of the ledger are never deleted');
END;

CREATE TABLE ledger_total (             -- a partner's balances over all meetings, awards and frames
    partner INTEGER NOT NULL,
    kind TEXT NOT NULL,
    earmark TEXT NOT NULL,
    year INTEGER NOT NULL,
    balance INTEGER NOT NULL,
    PRIMARY KEY (partner, kind, earmark, year)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_total_no_delete BEFORE DELETE ON ledger_total
BEGIN
    SELECT RAISE(ABORT, 'totals of the ledger are never deleted');
END;

CREATE TABLE posting (
    id INTEGER PRIMARY KEY,             -- 1, 2, 3 … without a gap
    at TEXT NOT NULL,                   -- UTC, ISO 8601, milliseconds, as the clock stood
    day TEXT NOT NULL,                  -- the day it counts for, in Norway
    actor TEXT NOT NULL,                -- the account's id
    what TEXT NOT NULL,                 -- what happened: contributed, reserved, granted, paid …
    key TEXT NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 200),   -- happens once
    request TEXT NOT NULL CHECK (json_valid(request)),                -- what was asked for; JSON in one form only
    reverses INTEGER UNIQUE REFERENCES posting (id),
    hash TEXT NOT NULL,                 -- SHA-256 of the previous posting's hash and this one's body, legs included
    CHECK (instr(concat(at, day, actor, what, key, request), char(10)) = 0)   -- the body has a line for each
) STRICT;

CREATE TABLE leg (
    posting INTEGER NOT NULL REFERENCES posting (id) DEFERRABLE INITIALLY DEFERRED,
    account INTEGER NOT NULL REFERENCES ledger_account (id),
    amount INTEGER NOT NULL CHECK (amount <> 0 AND amount BETWEEN -9007199254740992 AND 9007199254740992),   -- øre
    PRIMARY KEY (posting, account)
) STRICT, WITHOUT ROWID;

CREATE INDEX leg_account ON leg (account, posting);

-- Legs come first and their posting closes them: it is refused unless they sum to zero, and then nothing is added.
CREATE TRIGGER leg_before_posting BEFORE INSERT ON leg
WHEN EXISTS (SELECT 1 FROM posting WHERE id = NEW.posting)
BEGIN
    SELECT RAISE(ABORT, 'a posting that stands gets no more legs');
END;

CREATE TRIGGER posting_in_order BEFORE INSERT ON posting
WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM posting)
BEGIN
    SELECT RAISE(ABORT, 'postings come one after the other');
END;

CREATE TRIGGER posting_sums_to_zero BEFORE INSERT ON posting
WHEN (SELECT sum(amount) FROM leg WHERE posting = NEW.id) IS NOT 0
BEGIN
    SELECT RAISE(ABORT, 'the legs of a posting sum to zero');
END;

CREATE TRIGGER posting_moves_balances AFTER INSERT ON posting
BEGIN
    UPDATE ledger_account SET balance = balance + leg.amount
        FROM leg WHERE leg.posting = NEW.id AND leg.account = ledger_account.id;
    INSERT INTO ledger_total (partner, kind, earmark, year, balance)
        SELECT partner, kind, earmark, year, amount FROM leg JOIN ledger_account ON ledger_account.id = leg.account
        WHERE leg.posting = NEW.id AND partner <> 0
        ON CONFLICT (partner, kind, earmark, year) DO UPDATE SET balance = balance + excluded.balance;
END;

CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting
BEGIN
    SELECT RAISE(ABORT, 'postings are never changed: reverse them');
END;

CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting
BEGIN
    SELECT RAISE(ABORT, 'postings are never deleted: reverse them');
END;

CREATE TRIGGER leg_no_update BEFORE UPDATE ON leg
BEGIN
    SELECT RAISE(ABORT, 'legs are never changed: reverse their posting');
END;

CREATE TRIGGER leg_no_delete BEFORE DELETE ON leg
BEGIN
    SELECT RAISE(ABORT, 'legs are never deleted: reverse their posting');
END;
