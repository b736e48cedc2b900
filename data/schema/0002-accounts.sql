-- Accounts, their roles, and how people get in. Names and addresses stand in "account" only; nothing of "password",
-- "one_time_code", "secret" or of a session's digest enters the audit.

CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,                -- as it was written
    email_key TEXT NOT NULL UNIQUE,     -- as it is compared: NFC, small letters
    name TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('nb', 'en')),
    role_in_use TEXT NOT NULL,          -- one of its roles: whose pages it sees first
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at TEXT NOT NULL,           -- times as in the audit: UTC, ISO 8601, milliseconds
    changed_at TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE account_role (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    UNIQUE (account, role)
) STRICT;

CREATE TABLE password (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    hash TEXT NOT NULL,                 -- Argon2id, with its salt and costs
    changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE identity (                 -- who someone is at a provider of OpenID Connect
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_at TEXT NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (account, issuer)
) STRICT;

CREATE TABLE one_time_code (
    digest TEXT PRIMARY KEY NOT NULL,   -- SHA-256 of the code
    account INTEGER REFERENCES account (id),   -- NULL: makes the first administrator
    made_at TEXT NOT NULL,
    ends_at TEXT NOT NULL
) STRICT;

CREATE INDEX one_time_code_account ON one_time_code (account);

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,        -- SHA-256 of the token that the cookie holds
    account INTEGER NOT NULL REFERENCES account (id),
    source TEXT NOT NULL,               -- keyed digest of where it was opened from; '' where unknown
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

CREATE INDEX session_account ON session (account, source);

CREATE TABLE attempt (                  -- failures to sign in, by keyed digest of address or source
    key TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    free_at TEXT NOT NULL,              -- before this the next is refused unheard
    at TEXT NOT NULL
) STRICT;

CREATE INDEX attempt_at ON attempt (at);

CREATE TABLE secret (                   -- random keys of this installation
    name TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT;

-- What someone has typed in a small form and not sent yet, by form; not audited. Gone when it is sent.
CREATE TABLE unsent (
    account TEXT NOT NULL,              -- the account's id, as "account:7"
    form TEXT NOT NULL,
    fields TEXT NOT NULL CHECK (json_valid(fields)),    -- the fields that hold something, by their names
    saved_at TEXT NOT NULL,
    PRIMARY KEY (account, form)
) STRICT;
