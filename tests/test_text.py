"""Text that is shown as it stands: what Markdown would read is escaped, and nothing else."""

from __future__ import annotations

import pytest

from app.text import plain


@pytest.mark.parametrize(
    "text",
    [
        "Støtten er selektiv: den gis til noen (og ikke til andre) – 1,5 % i snitt!",
        "Møtet er 26. mars 2026, kl. 12, i «sal-A».",
        "Hva skjedde? Ja / nei",
    ],
)
def test_an_ordinary_sentence_is_a_label_without_a_backslash(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**fet** _skrå_ `kode`", r"\*\*fet\*\* \_skrå\_ \`kode\`"),
        ("[x](javascript:alert(3))", r"\[x\](javascript\:alert(3))"),
        (":red[rød] $x$ <b>", r"\:red\[rød\] \$x\$ \<b\>"),
        ("# hode", r"\# hode"),
        ("1. mai", r"1\. mai"),
        ("12) punkt", r"12\) punkt"),
        ("- punkt -- to", r"\- punkt \-- to"),
        ("www.eksempel.no", r"www\.eksempel\.no"),
        ("https://eksempel.no", r"https\://eksempel\.no"),
        ("a\nb", "a b"),
    ],
)
def test_what_markdown_would_read_is_escaped(text: str, expected: str) -> None:
    assert plain(text) == expected
