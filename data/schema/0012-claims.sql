-- Claims on awards, their approvals, and the payment files that they go to the bank in. Money is whole øre.

CREATE TABLE claim (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    award INTEGER NOT NULL REFERENCES award (id),
    number INTEGER NOT NULL,            -- 1, 2 … of the award
    part TEXT NOT NULL CHECK (part IN ('part', 'final')),
    amount INTEGER NOT NULL CHECK (amount >= 0),        -- what is to be paid; 0 in a draft, and in a final claim of nothing
    claimed INTEGER NOT NULL CHECK (claimed >= amount), -- what was asked for
    less_reason TEXT NOT NULL,          -- why less is paid than was asked for; ''
    document TEXT NOT NULL CHECK (json_valid(document)),        -- costs by line of the plan, incomes, who attests
    account TEXT NOT NULL,              -- the bank account that was confirmed when it was submitted; '' in a draft
    submitted_by TEXT,
    first_by TEXT,
    second_by TEXT,
    reason TEXT NOT NULL,               -- of returning, declining, or the bank's; ''
    posting INTEGER REFERENCES posting (id),
    state TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (award, number),
    CHECK (amount = claimed OR trim(less_reason) <> ''),
    CHECK (first_by <> submitted_by),
    CHECK (second_by NOT IN (submitted_by, first_by))
) STRICT;

CREATE UNIQUE INDEX claim_final ON claim (award) WHERE part = 'final' AND state <> 'declined';

CREATE TRIGGER claim_stays BEFORE UPDATE OF award, number, part ON claim
WHEN (NEW.award, NEW.number, NEW.part) IS NOT (OLD.award, OLD.number, OLD.part)
BEGIN
    SELECT RAISE(ABORT, 'a claim stays with its award');
END;

CREATE TRIGGER claim_no_delete BEFORE DELETE ON claim WHEN OLD.submitted_by IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a claim that was submitted is never deleted');
END;

CREATE TABLE payer_account (            -- the fund's own account that payment files draw on; a change is a new row
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL CHECK (name <> ''),
    orgnr TEXT NOT NULL,
    number TEXT NOT NULL,
    bic TEXT NOT NULL,
    customer TEXT NOT NULL,
    since TEXT NOT NULL,                -- the time that it was set
    actor TEXT NOT NULL
) STRICT;

CREATE TRIGGER payer_account_no_update BEFORE UPDATE ON payer_account
BEGIN
    SELECT RAISE(ABORT, 'an account that payments draw on is never changed: set another');
END;

CREATE TRIGGER payer_account_no_delete BEFORE DELETE ON payer_account
BEGIN
    SELECT RAISE(ABORT, 'an account that payments drew on is never deleted');
END;

CREATE TABLE payment_batch (            -- a payment file
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,          -- its id in the bank's files
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    execution_day TEXT NOT NULL,
    payer INTEGER NOT NULL REFERENCES payer_account (id),
    count INTEGER NOT NULL CHECK (count > 0),
    amount INTEGER NOT NULL CHECK (amount > 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    content BLOB NOT NULL
) STRICT;

CREATE TRIGGER payment_batch_no_update BEFORE UPDATE ON payment_batch
BEGIN
    SELECT RAISE(ABORT, 'a payment file is never changed');
END;

CREATE TRIGGER payment_batch_no_delete BEFORE DELETE ON payment_batch
BEGIN
    SELECT RAISE(ABORT, 'a payment file is never deleted');
END;

CREATE TABLE batch_payment (            -- a claim in a payment file
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES payment_batch (id),
    claim INTEGER NOT NULL REFERENCES claim (id),
    end_to_end TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'paid', 'failed', 'returned')),
    day TEXT,                           -- of the bank's books
    reason TEXT NOT NULL,
    told_by TEXT NOT NULL,              -- the bank's message, or 'hand'; '' while nothing is known
    settled_by TEXT,
    version INTEGER NOT NULL,
    UNIQUE (batch, claim)
) STRICT;

CREATE UNIQUE INDEX batch_payment_open ON batch_payment (claim) WHERE outcome IN ('sent', 'paid');

CREATE TRIGGER batch_payment_stays BEFORE UPDATE OF batch, claim, end_to_end, account, amount ON batch_payment
WHEN (NEW.batch, NEW.claim, NEW.end_to_end, NEW.account, NEW.amount)
    IS NOT (OLD.batch, OLD.claim, OLD.end_to_end, OLD.account, OLD.amount)
BEGIN
    SELECT RAISE(ABORT, 'what was sent to the bank is never changed');
END;

CREATE TRIGGER batch_payment_no_delete BEFORE DELETE ON batch_payment
BEGIN
    SELECT RAISE(ABORT, 'what was sent to the bank is never deleted');
END;

CREATE TABLE bank_message (             -- an answer of the bank's that was read; the same is read once
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message TEXT NOT NULL UNIQUE,       -- the bank's id of it
    sha256 TEXT NOT NULL UNIQUE,
    version_name TEXT NOT NULL,
    results TEXT NOT NULL CHECK (json_valid(results)),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE TRIGGER bank_message_no_update BEFORE UPDATE ON bank_message
BEGIN
    SELECT RAISE(ABORT, 'what the bank told is never changed');
END;

CREATE TRIGGER bank_message_no_delete BEFORE DELETE ON bank_message
BEGIN
    SELECT RAISE(ABORT, 'what the bank told is never deleted');
END;
