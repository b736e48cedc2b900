-- Organisations and who acts for them, calls, and applications with all that was sent. Money is whole øre; days are ISO
-- dates in Norway, times UTC. What was sent is never changed and never deleted.

CREATE TABLE organisation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE CHECK (length(number) = 9 AND number NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT NOT NULL,                 -- as schemes name those who may apply: sports_club, voluntary …
    registered_at TEXT NOT NULL,
    registered_by TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TRIGGER organisation_number_stays BEFORE UPDATE OF number ON organisation WHEN NEW.number <> OLD.number
BEGIN
    SELECT RAISE(ABORT, 'an organisation keeps its number');
END;

CREATE TRIGGER organisation_no_delete BEFORE DELETE ON organisation
BEGIN
    SELECT RAISE(ABORT, 'organisations are never deleted');
END;

CREATE TABLE mandate (                  -- an account that may act for an organisation
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation INTEGER NOT NULL REFERENCES organisation (id),
    account TEXT NOT NULL,              -- the account's id, as "account:7"
    state TEXT NOT NULL CHECK (state IN ('asked', 'confirmed', 'refused', 'ended')),
    asked_at TEXT NOT NULL,
    decided_at TEXT,
    decided_by TEXT,
    extract TEXT,                       -- which extract of the register it was held against, and its date
    until TEXT,                         -- the last day that it holds
    why TEXT,                           -- why it was refused or ended
    version INTEGER NOT NULL,
    CHECK (state <> 'confirmed' OR (decided_by <> account AND extract <> '' AND until IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX mandate_open ON mandate (organisation, account) WHERE state IN ('asked', 'confirmed');
CREATE INDEX mandate_account ON mandate (account, state);

CREATE TRIGGER mandate_whose_stays BEFORE UPDATE OF organisation, account ON mandate
BEGIN
    SELECT RAISE(ABORT, 'a mandate stays with its organisation and its account');
END;

CREATE TRIGGER mandate_no_delete BEFORE DELETE ON mandate
BEGIN
    SELECT RAISE(ABORT, 'mandates are never deleted: end them');
END;

CREATE TABLE payee_account (            -- the bank account that an organisation is paid to; a change is a new row
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation INTEGER NOT NULL REFERENCES organisation (id),
    number TEXT NOT NULL CHECK (length(number) = 11 AND number NOT GLOB '*[^0-9]*'),
    state TEXT NOT NULL CHECK (state IN ('asked', 'confirmed', 'refused', 'replaced')),
    asked_at TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    decided_at TEXT,
    decided_by TEXT,
    called TEXT,                        -- the note of the call-back; on a refusal, why
    version INTEGER NOT NULL,
    CHECK (state NOT IN ('confirmed', 'replaced') OR (decided_by <> asked_by AND called <> ''))
) STRICT;

CREATE UNIQUE INDEX payee_account_asked ON payee_account (organisation) WHERE state = 'asked';
CREATE UNIQUE INDEX payee_account_confirmed ON payee_account (organisation) WHERE state = 'confirmed';

CREATE TRIGGER payee_account_number_stays BEFORE UPDATE OF organisation, number, asked_by, asked_at ON payee_account
BEGIN
    SELECT RAISE(ABORT, 'a bank account is changed by a new row');
END;

CREATE TRIGGER payee_account_no_delete BEFORE DELETE ON payee_account
BEGIN
    SELECT RAISE(ABORT, 'bank accounts are never deleted');
END;

CREATE TABLE call (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scheme TEXT NOT NULL,               -- the scheme's key
    scheme_document TEXT CHECK (json_valid(scheme_document)),   -- its rules as they stood when the call opened
    title_nb TEXT NOT NULL CHECK (title_nb <> ''),
    title_en TEXT NOT NULL CHECK (title_en <> ''),
    year INTEGER NOT NULL,              -- of the frame
    opens TEXT NOT NULL,                -- first day, from its 00:00:00 …
    closes TEXT NOT NULL,               -- … to 23:59:59 of this one
    frame INTEGER REFERENCES frame (id),
    state TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    CHECK (closes >= opens)
) STRICT;

CREATE TRIGGER call_no_delete BEFORE DELETE ON call
BEGIN
    SELECT RAISE(ABORT, 'calls are never deleted: cancel them');
END;

CREATE TRIGGER call_stays BEFORE UPDATE OF scheme, scheme_document, opens, closes ON call WHEN OLD.state <> 'planned'
    AND (NEW.scheme, NEW.scheme_document, NEW.opens, NEW.closes)
        IS NOT (OLD.scheme, OLD.scheme_document, OLD.opens, OLD.closes)
BEGIN
    SELECT RAISE(ABORT, 'a call that has opened keeps its rules and its days');
END;

CREATE TABLE application (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    call INTEGER NOT NULL REFERENCES call (id),
    organisation INTEGER REFERENCES organisation (id),  -- NULL while a draft doesn't say
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    number TEXT UNIQUE,                 -- given when it is sent, as "2026-0001"
    submitted_at TEXT,                  -- when it was first sent
    -- Of the latest revision, for lists; '' and NULL in a draft.
    title TEXT NOT NULL,
    form TEXT NOT NULL,
    asked INTEGER CHECK (asked > 0),
    least INTEGER CHECK (least > 0),
    estimate INTEGER REFERENCES estimate (id),          -- the locked forecast
    state TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    CHECK (number IS NOT NULL OR state IN ('draft', 'withdrawn')),
    CHECK (number IS NULL OR (organisation IS NOT NULL AND submitted_at IS NOT NULL AND asked IS NOT NULL)),
    CHECK (least <= asked)
) STRICT;

CREATE INDEX application_call ON application (call, state);
CREATE INDEX application_organisation ON application (organisation, call);
CREATE UNIQUE INDEX application_once ON application (organisation, call, form)
WHERE number IS NOT NULL AND state NOT IN ('withdrawn', 'dismissed');

CREATE TRIGGER application_sent_no_delete BEFORE DELETE ON application WHEN OLD.number IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an application that was sent is never deleted');
END;

CREATE TRIGGER application_sent_stays BEFORE UPDATE OF call, organisation, created_by, number, submitted_at ON application
WHEN OLD.number IS NOT NULL AND (NEW.call, NEW.organisation, NEW.created_by, NEW.number, NEW.submitted_at)
    IS NOT (OLD.call, OLD.organisation, OLD.created_by, OLD.number, OLD.submitted_at)
BEGIN
    SELECT RAISE(ABORT, 'an application that was sent keeps its number, call and applicant');
END;

-- What is typed and not yet sent; one an application, whoever types.
CREATE TABLE application_draft (
    application INTEGER PRIMARY KEY REFERENCES application (id),
    document TEXT NOT NULL CHECK (json_valid(document)),
    saved_at TEXT NOT NULL,
    saved_by TEXT NOT NULL
) STRICT;

CREATE TABLE application_revision (     -- what was sent, each time
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    number INTEGER NOT NULL,            -- 1, 2 …
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    sha256 TEXT NOT NULL,               -- of the body
    body TEXT NOT NULL CHECK (json_valid(body)),        -- JSON in one form only, hashes of papers and forecast included
    UNIQUE (application, number)
) STRICT;

CREATE TRIGGER application_revision_in_order BEFORE INSERT ON application_revision
WHEN NEW.number IS NOT
    (SELECT coalesce(max(number), 0) + 1 FROM application_revision WHERE application = NEW.application)
BEGIN
    SELECT RAISE(ABORT, 'revisions come one after the other');
END;

CREATE TRIGGER application_revision_no_update BEFORE UPDATE ON application_revision
BEGIN
    SELECT RAISE(ABORT, 'what was sent is never changed');
END;

CREATE TRIGGER application_revision_no_delete BEFORE DELETE ON application_revision
BEGIN
    SELECT RAISE(ABORT, 'what was sent is never deleted');
END;

CREATE TABLE attachment (               -- a paper; its content lies in a file named after its hash
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,                 -- what it belongs to: application, claim, report …
    resource INTEGER NOT NULL,          -- … and which
    purpose TEXT NOT NULL,              -- the key of what the scheme asks for, or other
    name TEXT NOT NULL CHECK (name <> ''),
    type TEXT NOT NULL,                 -- pdf, docx, xlsx, png, jpeg, text: as its content is
    size INTEGER NOT NULL CHECK (size > 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX attachment_of ON attachment (kind, resource);
CREATE INDEX attachment_content ON attachment (sha256);

CREATE TRIGGER attachment_no_update BEFORE UPDATE ON attachment
BEGIN
    SELECT RAISE(ABORT, 'a paper is never changed');
END;

CREATE TRIGGER attachment_no_delete BEFORE DELETE ON attachment
BEGIN
    SELECT RAISE(ABORT, 'a paper is never deleted');
END;

CREATE TABLE attachment_removal (       -- a paper taken out again before it was sent
    attachment INTEGER PRIMARY KEY REFERENCES attachment (id),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE TRIGGER attachment_removal_no_update BEFORE UPDATE ON attachment_removal
BEGIN
    SELECT RAISE(ABORT, 'that a paper was taken out is never changed');
END;

CREATE TRIGGER attachment_removal_no_delete BEFORE DELETE ON attachment_removal
BEGIN
    SELECT RAISE(ABORT, 'that a paper was taken out is never deleted');
END;

CREATE TABLE completion_request (       -- what the fund asked the applicant for
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    text TEXT NOT NULL CHECK (text <> ''),
    due TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX completion_request_application ON completion_request (application);

CREATE TRIGGER completion_request_no_update BEFORE UPDATE ON completion_request
BEGIN
    SELECT RAISE(ABORT, 'what was asked for is never changed');
END;

CREATE TRIGGER completion_request_no_delete BEFORE DELETE ON completion_request
BEGIN
    SELECT RAISE(ABORT, 'what was asked for is never deleted');
END;

CREATE TABLE application_ground (       -- why something was done with it, as the applicant reads it
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL REFERENCES application (id),
    action TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX application_ground_application ON application_ground (application);

CREATE TRIGGER application_ground_no_update BEFORE UPDATE ON application_ground
BEGIN
    SELECT RAISE(ABORT, 'stated grounds are never changed');
END;

CREATE TRIGGER application_ground_no_delete BEFORE DELETE ON application_ground
BEGIN
    SELECT RAISE(ABORT, 'stated grounds are never deleted');
END;

CREATE TABLE extension (                -- a later day for something; the first day stays where it stands
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,                 -- of the row: call, application, award, report …
    resource INTEGER NOT NULL,
    what TEXT NOT NULL,                 -- deadline, completing, acceptance …
    until TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX extension_of ON extension (kind, resource, what);

CREATE TRIGGER extension_later BEFORE INSERT ON extension
WHEN NEW.until <= (SELECT max(until) FROM extension
    WHERE (kind, resource, what) = (NEW.kind, NEW.resource, NEW.what))
BEGIN
    SELECT RAISE(ABORT, 'an extension is later than the one before');
END;

CREATE TRIGGER extension_no_update BEFORE UPDATE ON extension
BEGIN
    SELECT RAISE(ABORT, 'an extension is never changed');
END;

CREATE TRIGGER extension_no_delete BEFORE DELETE ON extension
BEGIN
    SELECT RAISE(ABORT, 'an extension is never deleted');
END;
