"""A sample of postings as files for the auditor: an Excel list that says how it was drawn, and a zip with papers."""

from __future__ import annotations

import io
import zipfile

from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.books.posting_list import PostingLine, postings_at
from fund.books.sample import Sample
from fund.books.sheets import Heading, Leaf, in_kroner, sheets
from fund.payout.trace import Trace, trace, trace_papers

COLUMNS = ("number", "day", "what", "amount", "who", "partners", "award", "claim", "file", "papers", "checked", "note")
_WIDE = frozenset({"what", "partners", "papers", "note"})
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def sample_workbook(store: Store, actor: Actor, sample: Sample, lang: Lang) -> bytes:
    """The list, with room for what the auditor finds. Needs ``audit.read``."""
    require(actor, "audit.read")
    lines = postings_at(store, actor, sample.postings)
    rows = [_row(one, trace(store, actor, one.id), lang) for one in lines]
    heads = [Heading(say(f"checks_page.column.{one}", lang), one in _WIDE, one == "amount") for one in COLUMNS]
    title = say("checks_page.sample", lang)
    return sheets(title, said(sample, lang), [Leaf(title, heads, rows)], lang)


def said(sample: Sample, lang: Lang) -> list[str]:
    """How the sample was drawn, so that anyone can draw it again."""
    draw = sample.draw
    figures = {"count": len(sample.postings), "there": sample.population, "seed": draw.seed, "upto": draw.upto}
    return [
        say("checks_page.drawn", lang, **figures),
        say(f"checks_page.among_about.{draw.among}", lang),
        say(f"checks_page.method_about.{draw.method}", lang),
        say("checks_page.drawn_of", lang, hash=sample.hash),
    ]


def sample_zip(store: Store, actor: Actor, sample: Sample, lang: Lang) -> bytes:
    """The list and every paper behind it, each once, in a folder of its posting. Needs ``audit.read`` and all cases."""
    require(actor, "audit.read")
    stream = io.BytesIO()
    name = say("checks_page.file", lang)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        _put(packed, f"{name}.xlsx", sample_workbook(store, actor, sample, lang))
        for number, paper, content in trace_papers(store, actor, sample.postings):
            _put(packed, f"{number:05}/{paper.id}-{paper.name}", content)
    return stream.getvalue()


def _put(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    """A file with no trace of when it was packed: the same sample gives the same bytes."""
    held = zipfile.ZipInfo(name, _NO_DATE)
    held.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(held, content)


def _row(one: PostingLine, of: Trace, lang: Lang) -> list[object]:
    what = say(f"books_page.what.{one.what}", lang)
    award = of.award.number if of.award else ""
    claim = of.claim.number if of.claim else None
    batch = of.batch.name if of.batch else ""
    papers = "; ".join(f"{paper.id}-{paper.name}" for paper in of.papers)
    about = [", ".join(of.partners), award, claim, batch, papers, "", ""]
    return [one.id, one.day, what, in_kroner(one.moved), one.actor, *about]
