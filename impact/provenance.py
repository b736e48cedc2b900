"""«Where does this come from?»: for any figure of an estimate the steps behind it, down to inputs and their sources.

Works on the plain data of :func:`impact.estimate.estimate`, so a locked estimate can be asked too. A step has a
phrase for its name and one for its formula, its value at the modes, and the steps below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from data.faults import Fault, Faults
from data.phrases import Lang, has, say
from impact.effects import QUANTITIES
from impact.event import AUDIENCE_RULES, COST_RULES, INCOME_RULES, NIGHT_RULES

Tree = dict[str, Any]
_FIELDS = "|".join([*AUDIENCE_RULES, *COST_RULES, *INCOME_RULES, *NIGHT_RULES])
_FIELD = re.compile(rf"(.+)/(spend/[a-z_]+|{_FIELDS})(?:/(share|municipality|region|norway))?\Z")
"""A row's name, its field, and the part of a number: the name may hold slashes too."""


@dataclass(frozen=True)
class Step:
    """One step of the chain: ``key`` is the figure's path, ``value`` its mode (None: not known), ``below`` its grounds.

    ``phrase`` is the key of its name and formula in ``data/text/figure.toml``; an input or parameter has ``evidence``
    and ``source`` instead of a formula, and ``label`` in place of a phrase where it has a name of its own.
    """

    key: str
    phrase: str
    value: Any = None
    label: dict[str, str] | None = None
    evidence: str = ""
    source: str = ""
    below: tuple[Step, ...] = ()

    def name(self, lang: Lang) -> str:
        return self.label[lang] if self.label else say(f"figure.{self.phrase}", lang)

    def formula(self, lang: Lang) -> str:
        return say(f"figure.{self.phrase}.formula", lang) if has(f"figure.{self.phrase}.formula") else ""

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Step]]:
        """Every step with its depth, this one first."""
        yield depth, self
        for step in self.below:
            yield from step.walk(depth + 1)

    def as_dict(self) -> dict[str, Any]:
        """The chain as plain data."""
        own = {
            "key": self.key,
            "phrase": self.phrase,
            "value": self.value,
            "evidence": self.evidence,
            "source": self.source,
        }
        return {**own, "label": self.label, "below": [step.as_dict() for step in self.below]}


def explain(tree: Tree, key: str) -> Step:
    """The chain of the figure ``key``, such as ``region.effects.value_added.total`` or ``region.displaced_spending``.

    Raises :class:`Faults` where the estimate has no such figure.
    """
    area, _, figure = key.partition(".")
    here = tree["areas"].get(area)
    if here is not None and (step := _figure(tree, area, figure)) is not None:
        return step
    raise Faults([Fault("", key, "", "lock.not_a_figure", {"known": ", ".join(figures_of(tree))})])


def figures_of(tree: Tree) -> list[str]:
    """Every key that :func:`explain` can take for this estimate."""
    plain = (*_BELOW, *_ROOM_FIGURES, "final_demand")
    effects = [
        f"effects.{quantity}.{part}" for quantity in QUANTITIES for part in ("direct", "indirect", "induced", "total")
    ]
    return [f"{area}.{figure}" for area, here in tree["areas"].items() if here for figure in (*plain, *effects)]


def _figure(tree: Tree, area: str, figure: str) -> Step | None:
    if figure.startswith("effects."):
        return _effect(tree, area, *figure.split(".")[1:])
    if figure == "final_demand":
        parts = ("audience_spending", "displaced_spending", "organiser_net", "vat", "leakage")
        below = [_figure(tree, area, part) for part in parts]
        return _step(tree, area, figure, [one for one in below if one])
    if figure in _ROOM_FIGURES:
        return _step(tree, area, figure, list(_rooms(tree)))
    if figure in _BELOW:
        return _step(tree, area, figure, list(_BELOW[figure](tree, area)))
    return None


def _step(tree: Tree, area: str, figure: str, below: list[Step]) -> Step:
    value = tree["areas"][area].get(figure)
    return Step(f"{area}.{figure}", figure, None if value is None else value["mode"], below=tuple(below))


def _effect(tree: Tree, area: str, quantity: str = "", part: str = "") -> Step | None:
    found = tree["areas"][area]["effects"].get(quantity, {})
    if part not in found:
        return None
    value = None if found[part] is None else found[part]["mode"]
    below: list[Step | None] = []
    if part == "total":
        below = [_effect(tree, area, quantity, one) for one in ("direct", "indirect", "induced")]
    elif part == "induced":
        below = [_effect(tree, area, "compensation", "direct"), _effect(tree, area, "compensation", "indirect")]
        below += [_parameter(tree, "households.kappa"), _table(tree)]
    else:
        below = [_figure(tree, area, "final_demand"), _table(tree)]
        if part == "indirect" and area != "norway":
            below += [_parameter(tree, "flq.delta"), _quotients(tree)]
    if quantity == "employment":
        below.append(Step("prices", "prices", tree["tables"]["prices"]["last_year"]))
    name = {lang: f"{say(f'figure.{quantity}', lang)}, {say(f'figure.{part}', lang).lower()}" for lang in ("nb", "en")}
    key = f"{area}.effects.{quantity}.{part}"
    return Step(key, part, value, name, below=tuple(one for one in below if one))


def _table(tree: Tree) -> Step:
    table = tree["tables"]["table"]
    name = dict.fromkeys(("nb", "en"), str(table["name"]))
    return Step(f"tables.{table['id']}", "table", table["year"], name, source=f"{table['source']}. {table['licence']}")


def _quotients(tree: Tree) -> Step | None:
    quotients = tree["tables"]["quotients"]
    return None if quotients is None else Step("tables.quotients", "quotients", quotients["year"])


def _parameter(tree: Tree, key: str) -> Step:
    entry = tree["parameters"][key]
    label = {lang: _parameter_name(key, lang) for lang in ("nb", "en")}
    return Step(f"parameter.{key}", "parameter", _mode(entry), label, entry["evidence"], entry["source"])


def _parameter_name(key: str, lang: str) -> str:
    from data.dated import read_parameters  # names are not locked: today's words serve

    known = read_parameters()
    return known[key].name(lang) if key in known else key


def _mode(entry: Any) -> Any:
    if isinstance(entry, dict):
        return entry.get("value", entry.get("mode"))
    return entry


# -- inputs


def _inputs(tree: Tree, section: str, fields: tuple[str, ...] | None = None) -> Iterator[Step]:
    """The numbers of every row of a section, with their sources."""
    for row in tree["event"].get(section, []):
        name = row.get("name", row.get("date"))
        for field, entry in row.items():
            if fields is not None and field not in fields:
                continue
            yield from _input(tree, f"{section}/{name}/{field}", entry)


def _input(tree: Tree, path: str, entry: Any) -> Iterator[Step]:
    if isinstance(entry, str | bool):
        return
    below: tuple[Step, ...] = ()
    value, evidence, source = _mode(entry), "counted", ""
    if isinstance(entry, dict):
        evidence, source = entry.get("evidence", ""), entry.get("source", "")
        if name := entry.get("ref") or entry.get("of"):
            below = tuple(_input(tree, f"numbers/{name}", tree["event"]["numbers"][name]))
            value = below[0].value
        if "share" in entry:
            share = entry["share"]
            value = None
            below = (*below, *_input(tree, f"{path}/share", share))
        elif value is None and not below:
            for part, sub in entry.items():
                yield from _input(tree, f"{path}/{part}", sub)
            return
    label = {lang: input_name(path, lang) for lang in ("nb", "en")}
    yield Step(path, "input", value, label, evidence, source, below)


def input_name(path: str, lang: Lang, event: Tree | None = None) -> str:
    """A number's path in words: ``audience/Locals/visits`` → «Locals: besøk»; a parameter's by its own name.

    With ``event``, a named number also says what it is used as.
    """
    section, _, rest = path.partition("/")
    if section == "parameter":
        return _parameter_name(rest, lang)
    if section == "numbers":
        uses = sorted({input_name(use, lang).partition(": ")[2] for use in _uses(event or {}, rest)} - {""})
        return f"{rest}: {', '.join(uses)}" if uses else rest
    if section == "jobs":
        return say("figure.jobs_of", lang, code=rest)
    if section in ("event", "organiser"):
        key = f"workbook.field.event.{rest.partition('/')[0]}.label"
        code = rest.partition("/")[2]
        return f"{say(key, lang)} {code}".strip() if has(key) else rest
    found = _FIELD.match(rest)
    if found is None:
        return rest
    name, field, part = found.groups()
    words = [say(f"workbook.field.{section}.{field.replace('/', '.')}.label", lang)]
    if part:
        words.append(say(f"figure.{part}", lang).lower())
    return f"{name}: {', '.join(words)}"


def _uses(entry: Any, name: str, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths where a named number stands."""
    if isinstance(entry, list):
        for row in entry:
            yield from _uses(row, name, (*path, str(row.get("name", row.get("date")))))
    elif isinstance(entry, dict):
        if name in (entry.get("ref"), entry.get("of")):
            yield "/".join(path)
        for field, below in entry.items():
            yield from _uses(below, name, (*path, field))


def _rooms(tree: Tree) -> Iterator[Step]:
    if tree["rooms"] is None:
        return
    for name in ("demand", "housed", "sold_above_baseline"):
        if (figure := tree["rooms"][name]) is not None:
            yield Step(f"rooms.{name}", f"rooms_{name}", figure["mode"])
    yield from _inputs(tree, "night")
    hotels = tree["rooms"]["sold_above_baseline"] is not None
    yield _parameter(tree, "rooms.crowded_out" if hotels else "rooms.friction")
    yield from _inputs(
        tree, "audience", ("visits", "persons", "nights_per_person", "commercial_share", "persons_per_room")
    )


_PERSON_FIELDS = ("visits", "persons", "days_per_person", "casual_share", "time_switcher_share", "attribution")
_ROOM_FIGURES = ("displaced_room_nights", "unhoused_room_nights", "unsupported_room_nights")


def _displaced(tree: Tree, area: str) -> Iterator[Step]:
    for part in ("displaced_guests_spending", "lost_lodging_spending"):
        yield _step(tree, area, part, list(_BELOW[part](tree, area)))


def _displaced_guests(tree: Tree, area: str) -> Iterator[Step]:
    yield _step(tree, area, "displaced_room_nights", list(_rooms(tree)))
    for key in ("ordinary_guest.per_room", "ordinary_guest.spending", f"rooms.displaced_lost.{area}"):
        yield _parameter(tree, key)


def _lost_lodging(tree: Tree, area: str) -> Iterator[Step]:
    for figure in ("unhoused_room_nights", "unsupported_room_nights"):
        yield _step(tree, area, figure, [])
    yield _parameter(tree, f"rooms.unhoused_lost.{area}")


def _spending(tree: Tree, area: str) -> Iterator[Step]:
    rows = {row["name"]: row for row in tree["event"].get("audience", [])}
    for name, figure in tree["areas"][area]["spending_by_audience"].items():
        inputs = [
            step
            for field, entry in rows[name].items()
            if not isinstance(entry, str)
            for step in (
                (
                    sub
                    for category, price in entry.items()
                    for sub in _input(tree, f"audience/{name}/spend/{category}", price)
                )
                if field == "spend"
                else _input(tree, f"audience/{name}/{field}", entry)
            )
        ]
        label = dict.fromkeys(("nb", "en"), name)
        yield Step(f"{area}.spending_by_audience.{name}", "audience", figure["mode"], label, below=tuple(inputs))


def _organiser(tree: Tree, area: str) -> Iterator[Step]:
    yield from _inputs(tree, "organiser_cost")
    yield from _inputs(tree, "organiser_income")


def _vat(tree: Tree, area: str) -> Iterator[Step]:
    for category in tree["areas"][area]["spending_by_category"]:
        yield _parameter(tree, f"vat.{category}")
    yield from _inputs(tree, "organiser_cost", ("vat_rate",))


def _leakage(tree: Tree, area: str) -> Iterator[Step]:
    year = tree["tables"]["conversion"]["year"]
    yield Step("tables.conversion", "conversion", year)
    yield _parameter(tree, "trade.retail_share")
    if area != "norway":
        yield _parameter(tree, "flq.delta")


def _people(fields: tuple[str, ...], tree: Tree, area: str) -> Iterator[Step]:
    yield from _inputs(tree, "audience", fields)


_BELOW: dict[str, Callable[[Tree, str], Iterator[Step]]] = {
    "eligible_persons": partial(_people, _PERSON_FIELDS),
    "guest_nights": partial(_people, (*_PERSON_FIELDS, "nights_per_person", "commercial_share")),
    "audience_spending": _spending,
    "displaced_spending": _displaced,
    "displaced_guests_spending": _displaced_guests,
    "lost_lodging_spending": _lost_lodging,
    "organiser_net": _organiser,
    "vat": _vat,
    "leakage": _leakage,
    "retained_spending": partial(_people, ("retained_share",)),
}
