"""Changes to a valid input that a broken program, a careless person or an attacker would make. All by a seeded Random.

Each takes the generator first and gives a new input; nothing here knows what the input is for.
"""
# ruff: noqa: E501, RUF005 (values stand on the lines that they are)

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from xml.sax.saxutils import escape

TEXTS = (
    "", " ", "\u00a0", "\t", "\n", "\r\n", "\x00", "\x0b", "\x1b[31m", "\x7f", "\ufeff", "\ufffe", "\uffff", "\u202e", "\u200d",
    "\U0001f3c3\u200d\u2640\ufe0f", "é", "e\u0301", "İ", "ß", "ﬁ", "٣٤", "１２", "²", "½", "Ⅷ", "𝟙", "−5", "–", "…", "..", ":", "-", "—",
    "=1+1", "+1", "@SUM(A1)", "=HYPERLINK(\"http://eksempel.no\")", "#VALUE!", "#N/A", "#REF!", "#DIV/0!", "TRUE", "ja", "nei",
    "0", "-0", "1", "-1", "1e400", "-1e400", "1e-400", "NaN", "nan", "Infinity", "-inf", "1e5", "0x10", "1_000", "1 000", "1.000", "1,000", "12.500",
    "9" * 30, "9" * 400, "9" * 5000, "1" * 11, "0.1", "0,1", ",5", "5,", "1.2.3", "62 %", "150 %", "-1 %", "1e3 %", "2-4", "4–2", "1/2/3", "//",
    "mill", "1 mill", "99999999999999999999 mrd", "kr", "kr 5", "2025-02-26", "26.02.2025", "31.02.2025", "2025-13-01", "0000-00-00",
    "0001-01-01", "9999-12-31", "10000-01-01", "uke 53 2021", "uke 99 9999", "2025M13", "2025W00", "2025-02-26T25:61:61Z", "12:60", "29.02.2023",
    "5001", "K-5001", "9999", "Trondheim", "R93", "I55", "host", "spectator", "visits", "{{ x }}", "{{", "}}", "%s", "{0}", "{value}", "${x}",
    "<b>x</b>", "<script>alert(1)</script>", "&amp;", "&#0;", "]]>", "<!--", "'", '"', "\\", "/", "../../etc/passwd", "C:\\x", "a" * 300, "æ" * 3000,
    "a;b", "a,b", "a|b", "Ã¦", "\ufffd", "javascript:alert(1)", "null", "undefined", "None", "[]", "{}", "x\ny", "91234567", "01010112345",
    "1, 0", "01" * 3000, "(" * 400,
)  # fmt: skip
NUMBERS: tuple[Any, ...] = (
    0, -0.0, 1, -1, 0.1, 1.5, -1.5, 100.0, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63), 10**18, 10**30, 1e15, 1e16, 1e22, 1e100, 1e300, -1e300,
    1e-300, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 45000, 45000.5, 60, 61, 2958465, 2958466, 1e7, 999, 1000, 1234.5, 1850, 2024, 2200, True, False,
)  # fmt: skip
DAYS: tuple[Any, ...] = (
    dt.date(1900, 1, 1), dt.date(1900, 3, 1), dt.date(2025, 2, 26), dt.date(9999, 12, 31),
    dt.datetime(2025, 2, 26, 23, 59, 59, 999999), dt.datetime(1904, 1, 1),
)  # fmt: skip
TOKENS = tuple(one.encode("utf-8", "surrogatepass") for one in TEXTS if len(one) < 100) + (
    b"\x00", b"\xff", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\x1a", b"\r", b"\n\n", b"\xe6\xf8\xe5",
    b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"<?xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"]]>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp865", "utf-8-sig", "utf-7")
Sheets = dict[str, list[list[Any]]]


def changed(rng: Random, one: Any, changes: Sequence[Callable[[Random, Any], Any]], most: int = 3) -> Any:
    """``one`` after a few of the changes, each chosen anew."""
    for _ in range(rng.choice((1, 1, 1, 2, most))):
        one = rng.choice(changes)(rng, one)
    return one


# -- bytes and text


def damaged(rng: Random, content: bytes) -> bytes:
    """Bytes flipped, cut off, put in, taken out or twice."""
    at, to = rng.randrange(len(content) + 1), rng.randrange(len(content) + 1)
    match rng.randrange(7):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]
        case 2:
            return content[:at] + rng.choice(TOKENS) + content[at:]
        case 3:
            return content[: min(at, to)] + content[max(at, to) :]
        case 4:
            part = content[min(at, to) : max(at, to)][:2000]
            return content[:at] + part * rng.choice((2, 3, 30)) + content[at:]
        case 5:
            bits = bytearray(content)
            for _ in range(rng.choice((1, 2, 8))):
                if bits:
                    bits[rng.randrange(len(bits))] ^= 1 << rng.randrange(8)
            return bytes(bits)
        case _:
            return rng.choice(TOKENS) + content


def recoded(rng: Random, content: bytes) -> bytes:
    """Text in another encoding than it was."""
    return content.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace")


def text_changed(rng: Random, content: bytes) -> bytes:
    """A word or a number exchanged, or a line moved, doubled or taken out."""
    text = content.decode("utf-8", "surrogateescape")
    if rng.random() < 0.6:
        words = list(re.finditer(r"[^\s;,\t\"'<>=\[\]{}()]+", text))
        if words:
            word = rng.choice(words)
            text = text[: word.start()] + rng.choice(TEXTS) + text[word.end() :]
    else:
        lines = text.split("\n")
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        match rng.randrange(5):
            case 0:
                del lines[one]
            case 1:
                lines[one], lines[other] = lines[other], lines[one]
            case 2:
                lines.insert(one, lines[other])
            case 3:
                lines[one] = lines[one] * rng.choice((2, 5, 40))
            case _:
                lines.insert(
                    one,
                    rng.choice((";" * 300, "," * 300, "\t" * 40, '"', '"' * 3, "x" * 20_000, "#", "[[", "]]", "- -")),
                )
        text = "\n".join(lines)
    return text.encode("utf-8", "surrogatepass")


BYTES = (damaged, text_changed, text_changed, text_changed, text_changed)


def value_changed(rng: Random, content: bytes) -> bytes:
    """The value of one ``key = value`` of TOML exchanged for another value of TOML."""
    lines = content.split(b"\n")
    places = [number for number, line in enumerate(lines) if re.match(rb"\s*[\w.\"-]+\s*=", line)]
    if not places:
        return content
    place = rng.choice(places)
    key, _, rest = lines[place].partition(b"=")
    if rng.random() < 0.3 and re.search(rb"\d+(\.\d+)?", rest):
        found = rng.choice(list(re.finditer(rb"\d+(?:\.\d+)?", rest)))
        rest = rest[: found.start()] + rng.choice(_TOML) + rest[found.end() :]
    else:
        rest = b" " + rng.choice(_TOML)
    lines[place] = key + b"=" + rest
    return b"\n".join(lines)


_TOML = (
    b"0", b"-0", b"1", b"-1", b"+5", b"1.5", b"-0.0", b"nan", b"inf", b"-inf", b"1e400", b"1e308", b"9" * 30, b"9" * 5000, b"0x7fffffffffffffffffff", b"true",
    b'""', b'" "', b'"x"', b'"\\u0000"', b'"\\U0010ffff"', b'"\\n"', b'"1 000"', b'"62 %"', b"'''x'''", b"[]", b"[[]]", b"[1, \"a\"]", b"{}", b"{value = 1}",
    b"{low = 3, mode = 2, high = 1}", b"{low = nan, mode = 1, high = 2}", b"{ref = \"x\"}", b"{of = \"x\", share = 2}", b"{value = inf, evidence = \"counted\"}",
    b"{mode = 1, low = 1, high = 9e307, evidence = \"assumed\", source = \"\"}", b"2025-02-26", b"0001-01-01", b"9999-12-31", b"2025-02-26T10:00:00Z", b"10:00:00",
    b"[" * 900 + b"]" * 900, b"{a=" * 300 + b"1" + b"}" * 300, b"\"" + b"a" * 3000 + b"\"", b"1979-05-27T00:32:00.999999-07:00",
)  # fmt: skip


# -- trees of JSON


def tree_changed(rng: Random, tree: Any) -> Any:
    """A tree of lists and dicts with one place exchanged, taken out, doubled or put deeper. The tree is changed."""
    places: list[tuple[Any, Any]] = []

    def gather(one: Any) -> None:
        keys = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            places.append((one, key))
            if isinstance(one[key], dict | list):
                gather(one[key])

    if not isinstance(tree, dict | list) or not tree:
        return leaf(rng)
    gather(tree)
    holder, key = rng.choice(places)
    match rng.randrange(7):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[rng.choice(TEXTS)] = holder.pop(key)
        case 2 if isinstance(holder, list):
            holder.insert(key, holder[key])
        case 3:
            holder[key] = [holder[key]]
        case 4:
            holder[key] = {"value": holder[key]}
        case _:
            holder[key] = leaf(rng)
    return tree


def leaf(rng: Random) -> Any:
    """A value of JSON that nobody waits for."""
    return rng.choice(
        (*NUMBERS, *TEXTS, None, [], {}, [[]], [None], {"": 0}, "\ud800", [0] * 50, 10**400, float("nan"), float("inf"))
    )


# -- XML


_TAG = re.compile(rb"<[^<>]*>")
_TEXT = re.compile(rb">([^<>]+)<")


def xml_changed(rng: Random, content: bytes) -> bytes:
    """An element, an attribute, a text or the declaration of XML changed."""
    tags = list(_TAG.finditer(content))
    if not tags:
        return damaged(rng, content)
    tag = rng.choice(tags)
    start, end = tag.span()
    match rng.randrange(11):
        case 0 | 1 | 2 | 3 if texts := list(_TEXT.finditer(content)):
            text = rng.choice(texts)
            new = rng.choice(TEXTS)
            new = escape(new) if rng.random() < 0.9 else new
            return content[: text.start(1)] + new.encode("utf-8", "surrogatepass") + content[text.end(1) :]
        case 4:
            return content[:start] + content[end:]
        case 5:
            other = rng.choice(tags)
            return content[: min(start, other.start())] + content[max(end, other.end()) :]
        case 6:
            other = rng.choice(tags)
            part = content[min(start, other.start()) : max(end, other.end())][:5000]
            return content[:end] + part * rng.choice((1, 1, 3)) + content[end:]
        case 7:
            depth = rng.choice((1, 5, 300))
            return content[:end] + b"<x>" * depth + b"</x>" * depth + content[end:]
        case 8 if values := list(re.finditer(rb'="([^"]*)"', content)):
            value = rng.choice(values)
            new = escape(rng.choice(TEXTS), {'"': "&quot;"}).encode("utf-8", "surrogatepass")
            return content[: value.start(1)] + new + content[value.end(1) :]
        case 9:
            return content[:start] + rng.choice(_PROLOGUES) + content[start:]
        case _:
            return rng.choice((recoded, damaged))(rng, content)


_PROLOGUES = (
    b'<!DOCTYPE a [<!ENTITY b "c">]>', b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">', b"<!-- - -->", b"<?x y?>", b"<![CDATA[<x>]]>",
    b'<?xml version="1.0" encoding="utf-16"?>', b'<?xml version="1.1"?>', b'<?xml version="1.0" encoding="cp037"?>', b"&b;", b"&#0;", b"&#x110000;", b"\xef\xbb\xbf",
)  # fmt: skip


# -- zips


def members_of(content: bytes) -> dict[str, bytes]:
    """The members of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of members, stored as they are unless asked otherwise: it is quicker, and damage reaches what is inside."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression, compresslevel=1) as package:
        for name, content in members.items():
            package.writestr(zipfile.ZipInfo(name), content, compression)
    return stream.getvalue()


def member_changed(rng: Random, members: dict[str, bytes], most: str = "") -> dict[str, bytes]:
    """One member changed as XML, mostly the one called ``most``."""
    name = most if most in members and rng.random() < 0.7 else rng.choice(list(members))
    return {**members, name: xml_changed(rng, members[name])}


def zip_changed(rng: Random, content: bytes) -> bytes:
    """What a zip says of itself changed: names, sizes, sums, flags, methods, its list of members; or any of its bytes."""
    heads = [found.start() for found in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", content)]
    if not heads or rng.random() < 0.3:
        return damaged(rng, content)
    at = rng.choice(heads) + rng.randrange(4, 46)
    size = rng.choice((1, 2, 4))
    new = rng.choice(
        (
            b"\x00" * 4,
            b"\xff" * 4,
            b"\x7f\xff\xff\xff",
            b"\x01\x00\x00\x00",
            b"\x08\x00",
            b"\x63\x00",
            bytes(rng.randrange(256) for _ in range(4)),
        )
    )
    return content[:at] + new[:size] + content[at + size :]
