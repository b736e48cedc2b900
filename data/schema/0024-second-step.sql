-- The second step at sign-in: codes from an app on one's own telephone (TOTP, RFC 6238), and spare codes on paper for
-- when the telephone is gone. Neither keys nor codes enter the audit.

CREATE TABLE second_step (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    key TEXT NOT NULL,                  -- 160 random bits in base 32, which the app and the program share
    since TEXT,                         -- when the first code was given; NULL: begun only, and nothing is asked for
    taken INTEGER NOT NULL              -- the last interval of 30 s whose code was taken: each is taken once
) STRICT;

CREATE TABLE spare_code (
    digest TEXT PRIMARY KEY NOT NULL,   -- SHA-256 of the code
    account INTEGER NOT NULL REFERENCES second_step (account) ON DELETE CASCADE
) STRICT;

CREATE INDEX spare_code_account ON spare_code (account);

CREATE TABLE halfway (                  -- who has given the password, and not yet the code
    digest TEXT PRIMARY KEY NOT NULL,   -- SHA-256 of a token that the page of the second step holds
    account INTEGER NOT NULL REFERENCES account (id),
    source TEXT NOT NULL,               -- as of a session
    ends_at TEXT NOT NULL
) STRICT;

CREATE INDEX halfway_account ON halfway (account);
