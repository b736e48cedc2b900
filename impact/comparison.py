"""Events side by side: in all, per visitor, per guest-night and by kind, in kroner of one year; published ones beside.

An estimate's figures are modelled; a published figure was made in another way, which each line says. A quotient is one
median over another: the two are not of the same draw, so that it has no range of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from data.phrases import Lang, say
from impact.published import published_path, read_published
from impact.reference import Reference

if TYPE_CHECKING:
    from impact.estimates import EstimateRow
    from impact.register import EventRow

FIGURES = (
    "value_added",
    "value_added_per_visitor",
    "value_added_per_guest_night",
    "spending",
    "spending_per_visitor",
    "spending_per_visitor_day",
    "spending_per_guest_night",
    "employment",
    "guest_nights",
    "visitors",
    "deficit",
)
"""The figures that are put side by side: fields of :class:`Compared`, and what only draws give."""
PAIRS = (
    ("oslo-2011", "turnover", "spending", "oslo_turnover"),
    ("oslo-2011", "guest_nights", "guest_nights", "oslo_nights"),
    ("oslo-2011", "employment", "employment", "oslo_employment"),
    ("oslo-2011", "spend_foreign", "spending_per_visitor_day", "oslo_foreign_day"),
    ("oslo-2011", "spend_norwegian", "spending_per_visitor_day", "oslo_norwegian_day"),
    ("oslo-2011", "turnover_per_night", "spending_per_guest_night", "oslo_per_night"),
    ("bergen-2017", "tourism_consumption", "spending", "bergen_consumption"),
    ("bergen-2017", "extra_guest_nights", "guest_nights", "bergen_nights"),
    ("bergen-2017", "consumption_per_night", "spending_per_guest_night", "bergen_per_night"),
    ("trondheim-festivals-2024", "spend_visitor", "spending_per_visitor", "festival_visitor"),
    ("trondheim-festivals-2024", "leisure_2016", "spending_per_visitor_day", "trondheim_leisure_day"),
    ("trondheim-festivals-2024", "conference_2016", "spending_per_visitor_day", "trondheim_conference_day"),
)
"""Published event, its figure's key, our figure that it stands beside, and the phrase that says the difference."""
MILLION = 1_000_000
_KRONER = {"nok": 1, "nok_per_day": 1, "nok_million": MILLION}
Three = tuple[float, float, float]


@dataclass(frozen=True)
class Compared:
    """One estimate in a comparison. Money is NOK of ``year``; figures are medians, None where they aren't known.

    ``value_added`` is (P10, P50, P90). ``carried`` is False where the index doesn't reach the estimate's own price
    year: its money is then in kroner of that, which is ``year``. ``spending`` is that of visitors before
    displacement.
    """

    key: str
    names: Mapping[str, str]
    kind: str
    year: int
    carried: bool
    value_added: Three | None
    employment: float | None
    visitors: float | None
    guest_nights: float | None
    spending: float | None = None
    deficit: float | None = None

    @property
    def value_added_per_visitor(self) -> float | None:
        return _over(self.value_added and self.value_added[1], self.visitors)

    @property
    def value_added_per_guest_night(self) -> float | None:
        return _over(self.value_added and self.value_added[1], self.guest_nights)

    @property
    def spending_per_visitor(self) -> float | None:
        return _over(self.spending, self.visitors)

    @property
    def spending_per_guest_night(self) -> float | None:
        return _over(self.spending, self.guest_nights)

    def prices(self, lang: Lang) -> str:
        """Which kroner these are."""
        return say("comparison.prices" if self.carried else "comparison.not_carried", lang, year=str(self.year))


@dataclass(frozen=True)
class KindRow:
    """Events of one kind: how many, and the lowest, middle and highest of their medians (None where none is known)."""

    kind: str
    events: int
    per_visitor: Three | None
    per_guest_night: Three | None


@dataclass(frozen=True)
class PublishedLine:
    """A published figure beside an estimate's ``figure``: money in kroner of ``year``, else as it is."""

    event: str
    names: Mapping[str, str]
    figure: str
    value: float
    published_year: int
    year: int | None
    grade: str
    source: str
    method: str
    formula: str = field(default="")
    called: Mapping[str, str] = field(default_factory=dict)

    def name(self, lang: Lang) -> str:
        return self.names[lang]

    def figure_called(self, lang: Lang) -> str:
        """What the published figure itself is called."""
        return self.called.get(lang) or figure_name(self.figure, lang)

    def difference(self, lang: Lang) -> str:
        """How it was made otherwise than ours."""
        return say(f"comparison.method.{self.method}", lang)


def figure_name(figure: str, lang: Lang) -> str:
    """What a field of :class:`Compared` is called."""
    return say(f"comparison.figure.{figure}", lang)


def compared_tree(tree: Mapping[str, Any], reference: Reference, year: int | None = None) -> Compared:
    """An estimate's tree in kroner of ``year`` (default: the last that the price index knows)."""
    about, area = tree["event"]["event"], tree["areas"][tree["deciding_area"]]
    factor, in_year = price_factor(tree, reference, year)

    def kroner(figure: Mapping[str, float] | None, name: str = "p50") -> float | None:
        return None if figure is None else figure[name] * (factor or 1.0)

    added = area["effects"]["value_added"]["total"]
    jobs = area["effects"]["employment"]["total"]
    deficit = tree["organiser_result"]["deficit"]
    return Compared(
        key=about["id"],
        names={lang: about[f"name_{lang}"] for lang in ("nb", "en")},
        kind=about["kind"],
        year=in_year,
        carried=factor is not None,
        value_added=None if added is None else tuple(kroner(added, name) for name in ("p10", "p50", "p90")),  # type: ignore[arg-type]
        employment=None if jobs is None else jobs["p50"],
        visitors=area["eligible_persons"]["p50"],
        guest_nights=area["guest_nights"]["p50"],
        spending=kroner(area["audience_spending"]),
        deficit=kroner(deficit),
    )


def price_factor(tree: Mapping[str, Any], reference: Reference, year: int | None = None) -> tuple[float | None, int]:
    """What an estimate's kroner are multiplied by, and the year that they then are of; None where the index can't."""
    about = tree["event"]["event"]
    change = about.get("price_index_change")
    moved = change.get("value", change.get("mode")) if isinstance(change, dict) else change
    if isinstance(change, dict) and "ref" in change:
        named = tree["event"]["numbers"][change["ref"]]
        moved = named.get("value", named.get("mode")) if isinstance(named, dict) else named
    return _carried(reference, about["price_year"], year, moved)


def compared_row(row: EstimateRow, event: EventRow, reference: Reference, year: int | None = None) -> Compared:
    """A line of the register in kroner of ``year``: what lists need, without reading the whole estimate."""
    factor, in_year = _carried(reference, row.price_year, year, None)
    scale = factor or 1.0
    added = row.value_added
    return Compared(
        key=str(row.id),
        names={"nb": event.name_nb, "en": event.name_en},
        kind=event.kind,
        year=in_year,
        carried=factor is not None,
        value_added=None if added is None else (added[0] * scale, added[1] * scale, added[2] * scale),
        employment=None if row.employment is None else row.employment[1],
        visitors=row.eligible_p50,
        guest_nights=row.guest_nights_p50,
        deficit=None if row.deficit_mode is None else row.deficit_mode * scale,
    )


def by_kind(lines: Iterable[Compared]) -> list[KindRow]:
    """Lines by kind, in the kinds' order; only money of one year can be put together, so the others are left out."""
    groups: dict[str, list[Compared]] = {}
    for one in lines:
        if one.carried:
            groups.setdefault(one.kind, []).append(one)
    if len({one.year for group in groups.values() for one in group}) > 1:
        raise ValueError("lines are in kroner of different years")
    return [
        KindRow(
            kind,
            len(group),
            _spread(one.value_added_per_visitor for one in group),
            _spread(one.value_added_per_guest_night for one in group),
        )
        for kind, group in sorted(groups.items())
    ]


def published_lines(reference: Reference, year: int | None = None) -> list[PublishedLine]:
    """Published figures that stand beside an estimate's, money in kroner of ``year`` (default: the index's last)."""
    lines = []
    for event, key, beside, method in PAIRS:
        published = read_published(published_path(event))
        figure = published.figure(key)
        assert figure.value is not None
        scale = _KRONER.get(figure.unit)
        factor, in_year = _carried(reference, figure.year, year, None) if scale else (1.0, None)
        lines.append(
            PublishedLine(
                event=published.id,
                names={"nb": published.name_nb, "en": published.name_en},
                figure=beside,
                value=figure.value * (scale or 1) * (factor or 1.0),
                published_year=figure.year,
                year=in_year,
                grade=figure.grade,
                source=figure.source,
                method=method,
                formula=figure.formula,
                called={"nb": figure.name_nb, "en": figure.name_en},
            )
        )
    return lines


def _carried(reference: Reference, start: int, year: int | None, change: float | None) -> tuple[float | None, int]:
    """(what kroner of ``start`` are multiplied by, the year they then are of); (None, start) where the index can't."""
    first, last = reference.price_years
    year = last if year is None else year
    if not first <= year <= last or start < first or (start > last and change is None):
        return (1.0, start) if start == year else (None, start)
    if start > last and change is not None:
        return reference.price_factor(last, year) / (1 + change), year
    return reference.price_factor(start, year), year


def _over(amount: float | None, count: float | None) -> float | None:
    return None if amount is None or not count else amount / count


def _spread(figures: Iterable[float | None]) -> Three | None:
    known = [one for one in figures if one is not None]
    return (min(known), median(known), max(known)) if known else None
