-- Awards: what a decision gives, its conditions, plan, reports and grounds, and how a guarantee was settled. What money
-- did stands in the ledger alone. Money is whole øre, days are ISO, times UTC.

CREATE TABLE award (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    decision INTEGER NOT NULL UNIQUE REFERENCES decision (id),
    application INTEGER NOT NULL REFERENCES application (id),
    organisation INTEGER NOT NULL REFERENCES organisation (id),
    form TEXT NOT NULL CHECK (form IN ('grant', 'guarantee', 'loan')),
    bid INTEGER NOT NULL CHECK (bid IN (0, 1)), -- for the cost of a bid: it ends with the bid's answer, held or not
    amount INTEGER NOT NULL CHECK (amount > 0), -- as decided; a guarantee's whole cap
    frame INTEGER NOT NULL REFERENCES frame (id),
    terms TEXT NOT NULL CHECK (json_valid(terms)),      -- frozen: shares, tiers, days, texts that the letter states
    offered_on TEXT NOT NULL,
    accept_by TEXT NOT NULL,            -- the first due day; later ones are extensions
    state TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX award_application ON award (application);
CREATE INDEX award_organisation ON award (organisation);

CREATE TRIGGER award_stays
BEFORE UPDATE OF decision, application, organisation, form, bid, amount, frame, terms, offered_on, accept_by ON award
WHEN (NEW.decision, NEW.application, NEW.organisation, NEW.form, NEW.bid, NEW.amount, NEW.frame, NEW.terms,
    NEW.offered_on, NEW.accept_by)
    IS NOT (OLD.decision, OLD.application, OLD.organisation, OLD.form, OLD.bid, OLD.amount, OLD.frame, OLD.terms,
    OLD.offered_on, OLD.accept_by)
BEGIN
    SELECT RAISE(ABORT, 'what was awarded is never changed');
END;

CREATE TRIGGER award_no_delete BEFORE DELETE ON award
BEGIN
    SELECT RAISE(ABORT, 'awards are never deleted');
END;

CREATE TABLE award_condition (          -- what must be so before money is paid, or is to be reported on
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    award INTEGER NOT NULL REFERENCES award (id),
    text TEXT NOT NULL CHECK (trim(text) <> ''),
    gates INTEGER NOT NULL CHECK (gates IN (0, 1)),     -- 1: nothing is paid before it is met
    due TEXT,
    met_at TEXT,
    met_by TEXT,
    note TEXT NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((met_at IS NULL) = (met_by IS NULL))
) STRICT;

CREATE INDEX award_condition_award ON award_condition (award);

CREATE TRIGGER award_condition_stays BEFORE UPDATE OF award, text, gates, due ON award_condition
WHEN (NEW.award, NEW.text, NEW.gates, NEW.due) IS NOT (OLD.award, OLD.text, OLD.gates, OLD.due)
BEGIN
    SELECT RAISE(ABORT, 'a condition stays as it was decided');
END;

CREATE TRIGGER award_condition_no_delete BEFORE DELETE ON award_condition
BEGIN
    SELECT RAISE(ABORT, 'a condition is never deleted');
END;

CREATE TABLE plan_part (                -- of the payment plan; the parts sum to the award
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    award INTEGER NOT NULL REFERENCES award (id),
    position INTEGER NOT NULL CHECK (position > 0),
    moment TEXT NOT NULL CHECK (moment IN ('on_request', 'before_event', 'after_event', 'after_accounts')),
    due TEXT,                           -- not before this day
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('planned', 'replaced')),
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX plan_part_award ON plan_part (award, state);

CREATE TRIGGER plan_part_no_delete BEFORE DELETE ON plan_part
BEGIN
    SELECT RAISE(ABORT, 'a part of a plan is never deleted: it is replaced');
END;

CREATE TABLE report (                   -- apart from claims
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    award INTEGER NOT NULL REFERENCES award (id),
    part TEXT NOT NULL CHECK (part IN ('interim', 'final')),
    due TEXT NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document)),
    submitted_at TEXT,
    submitted_by TEXT,
    state TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX report_final ON report (award) WHERE part = 'final';
CREATE INDEX report_award ON report (award);

CREATE TRIGGER report_due_stays BEFORE UPDATE OF award, part, due ON report
WHEN (NEW.award, NEW.part, NEW.due) IS NOT (OLD.award, OLD.part, OLD.due)
BEGIN
    SELECT RAISE(ABORT, 'a due date stays: an extension is a row of its own');
END;

CREATE TRIGGER report_no_delete BEFORE DELETE ON report
BEGIN
    SELECT RAISE(ABORT, 'a report is never deleted');
END;

CREATE TABLE award_ground (             -- why an award was suspended, resumed, lapsed, clawed back; a report returned
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    award INTEGER NOT NULL REFERENCES award (id),
    action TEXT NOT NULL,
    text TEXT NOT NULL CHECK (trim(text) <> ''),
    decision TEXT NOT NULL,             -- the decision that it rests on, where there must be one; ''
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX award_ground_award ON award_ground (award);

CREATE TRIGGER award_ground_no_update BEFORE UPDATE ON award_ground
BEGIN
    SELECT RAISE(ABORT, 'stated grounds are never changed');
END;

CREATE TRIGGER award_ground_no_delete BEFORE DELETE ON award_ground
BEGIN
    SELECT RAISE(ABORT, 'stated grounds are never deleted');
END;

CREATE TABLE settlement (               -- a guarantee, settled on audited accounts
    award INTEGER PRIMARY KEY REFERENCES award (id),
    deficit INTEGER NOT NULL CHECK (deficit >= 0),      -- as in the accounts
    approved INTEGER NOT NULL CHECK (approved BETWEEN 0 AND deficit),   -- of it, by the rules of the scheme
    attested_by TEXT NOT NULL CHECK (attested_by IN ('own_signature', 'accountant', 'auditor')),
    attachment INTEGER NOT NULL REFERENCES attachment (id),     -- the accounts
    reason TEXT NOT NULL,               -- why less was approved than the deficit
    checked_by TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    approved_by TEXT,
    approved_at TEXT,
    version INTEGER NOT NULL,
    CHECK (approved = deficit OR trim(reason) <> ''),
    CHECK (approved_by <> checked_by),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
) STRICT;

CREATE TRIGGER settlement_no_delete BEFORE DELETE ON settlement
BEGIN
    SELECT RAISE(ABORT, 'a settlement is never deleted');
END;

CREATE TABLE record_entry (             -- a fact of an organiser's record that no other row has: unpaid suppliers, a deficit
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation INTEGER NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL CHECK (kind IN ('deficit', 'unpaid_suppliers', 'forecast', 'other')),
    day TEXT NOT NULL,
    figures TEXT NOT NULL CHECK (json_valid(figures)),
    text TEXT NOT NULL,
    source TEXT NOT NULL CHECK (trim(source) <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX record_entry_organisation ON record_entry (organisation, day);

CREATE TRIGGER record_entry_no_update BEFORE UPDATE ON record_entry
BEGIN
    SELECT RAISE(ABORT, 'a fact of the record is never changed: withdraw it and enter it anew');
END;

CREATE TRIGGER record_entry_no_delete BEFORE DELETE ON record_entry
BEGIN
    SELECT RAISE(ABORT, 'a fact of the record is never deleted: withdraw it');
END;

CREATE TABLE record_withdrawal (        -- an entry that was wrong
    entry INTEGER PRIMARY KEY REFERENCES record_entry (id),
    reason TEXT NOT NULL CHECK (trim(reason) <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE TRIGGER record_withdrawal_no_update BEFORE UPDATE ON record_withdrawal
BEGIN
    SELECT RAISE(ABORT, 'a withdrawal is never changed');
END;

CREATE TRIGGER record_withdrawal_no_delete BEFORE DELETE ON record_withdrawal
BEGIN
    SELECT RAISE(ABORT, 'a withdrawal is never deleted');
END;
