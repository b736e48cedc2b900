-- The fund's own templates of its papers, and which one holds: a file that was sent is never changed, and what is put in
-- force is a row of its own, so that it is known which template held when.

CREATE TABLE template (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    paper TEXT NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('nb', 'en')),
    name TEXT NOT NULL CHECK (name <> ''),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (paper, lang, sha256)
) STRICT;

CREATE TRIGGER template_no_update BEFORE UPDATE ON template
BEGIN
    SELECT RAISE(ABORT, 'a template is never changed: send another');
END;

CREATE TRIGGER template_no_delete BEFORE DELETE ON template
BEGIN
    SELECT RAISE(ABORT, 'a template is never deleted: letters were made from it');
END;

CREATE TABLE template_use (             -- which template holds from a time on, until the next row
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    paper TEXT NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('nb', 'en')),
    template INTEGER REFERENCES template (id),  -- NULL: the one that comes with the program
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX template_use_paper ON template_use (paper, lang);

CREATE TRIGGER template_use_no_update BEFORE UPDATE ON template_use
BEGIN
    SELECT RAISE(ABORT, 'which template held is never changed: put another in force');
END;

CREATE TRIGGER template_use_no_delete BEFORE DELETE ON template_use
BEGIN
    SELECT RAISE(ABORT, 'which template held is never deleted');
END;
