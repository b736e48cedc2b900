-- State aid: which organisations are one undertaking, what each was given, at which euro rate, and on what grounds.

CREATE TABLE undertaking (              -- organisations that count as one
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL CHECK (name <> ''),
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE undertaking_member (       -- from this day on, until a later row says otherwise
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    orgnr TEXT NOT NULL CHECK (length(orgnr) = 9 AND orgnr NOT GLOB '*[^0-9]*'),
    undertaking INTEGER NOT NULL REFERENCES undertaking (id),
    since TEXT NOT NULL,                -- ISO
    ground TEXT NOT NULL CHECK (ground <> '')   -- which link, and where it was seen
) STRICT;

CREATE INDEX undertaking_member_orgnr ON undertaking_member (orgnr, since);

CREATE TRIGGER undertaking_member_no_update BEFORE UPDATE ON undertaking_member
BEGIN
    SELECT RAISE(ABORT, 'who belonged together is never changed: a later row says what is so now');
END;

CREATE TRIGGER undertaking_member_no_delete BEFORE DELETE ON undertaking_member
BEGIN
    SELECT RAISE(ABORT, 'who belonged together is never deleted');
END;

CREATE TABLE euro_rate (                -- Norwegian kroner for one euro
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL UNIQUE,           -- the day it is used for, ISO
    rate TEXT NOT NULL,                 -- a decimal, as it was given
    published TEXT NOT NULL,            -- the day it was published for: before a day without one
    source TEXT NOT NULL CHECK (source <> ''),
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE aid_declaration (          -- an applicant's word on what else its undertaking was given
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    orgnr TEXT NOT NULL CHECK (length(orgnr) = 9),
    day TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE aid (                      -- one support that was granted, by us or by others
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    orgnr TEXT NOT NULL CHECK (length(orgnr) = 9 AND orgnr NOT GLOB '*[^0-9]*'),
    day TEXT NOT NULL,                  -- the day the right to it arose, ISO
    form TEXT NOT NULL CHECK (form IN ('grant', 'guarantee', 'loan', 'purchase')),
    basis TEXT NOT NULL CHECK (basis IN ('de_minimis', 'block_exemption')),
    currency TEXT NOT NULL CHECK (currency IN ('NOK', 'EUR')),
    amount INTEGER NOT NULL CHECK (amount > 0),     -- øre or cents
    equivalent INTEGER NOT NULL CHECK (equivalent BETWEEN 0 AND amount),    -- what counts of it, the same
    ground TEXT NOT NULL,               -- how a loan's equivalent was found
    grantor TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('award', 'register', 'declaration')),
    reference TEXT NOT NULL,            -- the award, the register's number, the declaration
    rate TEXT,                          -- kroner for a euro on the day; NULL where it wasn't known then
    rate_published TEXT,
    rate_source TEXT,
    CHECK (form = 'loan' OR origin = 'register' OR equivalent = amount),
    CHECK (form <> 'loan' OR trim(ground) <> ''),
    CHECK (origin <> 'award' OR currency = 'EUR' OR rate IS NOT NULL),
    CHECK (currency = 'NOK' OR rate IS NULL)
) STRICT;

CREATE INDEX aid_orgnr ON aid (orgnr, day);
CREATE UNIQUE INDEX aid_award_once ON aid (reference) WHERE origin = 'award';

CREATE TRIGGER aid_no_update BEFORE UPDATE ON aid
BEGIN
    SELECT RAISE(ABORT, 'aid is never changed: withdraw it and enter it anew');
END;

CREATE TRIGGER aid_no_delete BEFORE DELETE ON aid
BEGIN
    SELECT RAISE(ABORT, 'aid is never deleted: withdraw it');
END;

CREATE TABLE aid_withdrawal (           -- an aid that no longer counts: revoked, entered wrongly, declared anew
    aid INTEGER PRIMARY KEY REFERENCES aid (id),
    day TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> '')
) STRICT;

CREATE TRIGGER aid_withdrawal_no_update BEFORE UPDATE ON aid_withdrawal
BEGIN
    SELECT RAISE(ABORT, 'a withdrawal is never changed');
END;

CREATE TRIGGER aid_withdrawal_no_delete BEFORE DELETE ON aid_withdrawal
BEGIN
    SELECT RAISE(ABORT, 'a withdrawal is never deleted');
END;

CREATE TABLE aid_report (               -- an aid that was reported to the state's register
    aid INTEGER PRIMARY KEY REFERENCES aid (id),
    day TEXT NOT NULL,
    receipt TEXT NOT NULL CHECK (receipt <> '')
) STRICT;

CREATE TRIGGER aid_report_no_update BEFORE UPDATE ON aid_report
BEGIN
    SELECT RAISE(ABORT, 'a report is never changed');
END;

CREATE TRIGGER aid_report_no_delete BEFORE DELETE ON aid_report
BEGIN
    SELECT RAISE(ABORT, 'a report is never deleted');
END;

CREATE TABLE aid_ground (               -- why an application may be supported under the rules for state aid
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('no_aid', 'de_minimis', 'block_exemption', 'market_purchase')),
    conditions TEXT NOT NULL CHECK (json_valid(conditions)),    -- the six, met or not; {} where they weren't asked
    article TEXT NOT NULL,
    ground TEXT NOT NULL CHECK (trim(ground) <> ''),
    version INTEGER NOT NULL
) STRICT;
