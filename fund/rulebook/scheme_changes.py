"""What differs between two revisions of a scheme, section by section, in the words that people read the rules in."""

from __future__ import annotations

from dataclasses import dataclass

from data.phrases import Lang, say
from fund.public.scheme_words import rule_lines
from fund.rulebook.schemes import Scheme


@dataclass(frozen=True)
class SchemeChange:
    """A section of which something changed: what it said and says no more, and what is new, rule by rule."""

    section: str
    was: tuple[str, ...]
    now: tuple[str, ...]


def scheme_changes(before: Scheme, after: Scheme, lang: Lang) -> list[SchemeChange]:
    """The sections that say something else, in the order in which people read them; what changed of sources too."""
    first, second = _said(before, lang), _said(after, lang)
    found = []
    for section in dict.fromkeys([*second, *first]):
        was, now = first.get(section, []), second.get(section, [])
        gone, new = [one for one in was if one not in now], [one for one in now if one not in was]
        if gone or new:
            found.append(SchemeChange(section, tuple(text for text, _ in gone), tuple(text for text, _ in new)))
    return found


def _said(scheme: Scheme, lang: Lang) -> dict[str, list[tuple[str, str]]]:
    """Every section's rules with their sources, by what the section is called."""
    purpose = scheme.document.get("purpose")
    source = str(purpose.get("source", "")) if isinstance(purpose, dict) else ""
    about = [(scheme.name(lang), ""), (scheme.owner, ""), (scheme.address, "")]
    found = {say("scheme.part.about", lang): about}
    if scheme.purpose:
        found[say("scheme.part.purpose", lang)] = [(scheme.purpose(lang), source)]
    for line in rule_lines(scheme, lang):
        found.setdefault(line.section, []).append((line.text, line.source))
    if scheme.left_out:
        found[say("scheme.part.left_out", lang)] = [(one(lang), "") for one in scheme.left_out]
    return found
