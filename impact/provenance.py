"""«Where does this come from?»: for any figure of an estimate the steps behind it, down to inputs and their sources.

Works on the plain data of :func:`impact.estimate.estimate`, so a locked estimate can be asked too. A step has a
phrase for its name and one for its formula, its value at the modes, and the steps below it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from data.faults import Fault, Faults
from data.numbers import localised
from data.phrases import LANGUAGES, Lang, say
from impact.beside_estimate import beside_figures, beside_label
from impact.effects import QUANTITIES
from impact.step import Step as Step
from impact.wording import input_name, parameter_name, path_words

Tree = dict[str, Any]


def explain(tree: Tree, key: str) -> Step:
    """The chain of a figure by its path, as ``region.effects.value_added.total`` or ``municipalities.5001.employment``.

    The path is that of the estimate's data; ``areas.``, ``rows.`` and a percentile at its ends may be left out or be
    there. Raises :class:`Faults` where the estimate has no such figure.
    """
    head, *rest = _path(key)
    step = None
    if tree["areas"].get(head) is not None:
        step = _figure(tree, head, ".".join(rest)) or _detail(tree, head, rest)
    elif head == "municipalities":
        step = _municipal(tree, rest)
    elif head in ("rooms", "organiser_result"):
        step = _whole(tree, head, rest)
    elif head == "beside" and "beside" in tree:
        step = _beside(tree, rest)
    if step is None:
        near = difflib.get_close_matches(key, figures_of(tree), n=3, cutoff=0.4) or figures_of(tree)[:3]
        raise Faults([Fault("", key, "", "lock.not_a_figure", {"known": ", ".join(near)})])
    return step


def chain_lines(chain: Step, lang: Lang) -> Iterator[tuple[int, str]]:
    """(depth, one line of words) of every step; a figure that has been explained is not explained again."""
    seen: set[str] = set()
    skip: int | None = None
    for depth, step in chain.walk():
        if skip is not None and depth > skip:
            continue
        again = bool(step.below) and step.key in seen
        skip = depth if again else None
        seen.add(step.key)
        grounds = say(f"workbook.evidence.{step.evidence}", lang) if step.evidence else ""
        if step.source.lower().startswith(grounds.lower()):
            grounds = ""
        notes = [say("cli.as_above", lang)] if again else [step.formula(lang), grounds, step.source]
        tail = "; ".join(filter(None, notes))
        value = f" = {localised(step.value, lang)}" if step.value is not None else ""
        yield depth, step.name(lang) + value + (f"  [{tail}]" if tail else "")


def _path(key: str) -> list[str]:
    parts = [part for part in key.split(".") if part]
    parts = parts[1:] if parts[:1] == ["areas"] else parts
    parts = parts[:-1] if parts[-1:] and parts[-1] in ("mode", "p10", "p50", "p90") else parts
    return [part for place, part in enumerate(parts) if (place, part) != (1, "rows")] or [""]


def figures_of(tree: Tree) -> list[str]:
    """Every figure that :func:`explain` can take for this estimate, by path."""
    plain = (*_BELOW, *_ROOM_FIGURES, "final_demand")
    parts = ("direct", "indirect", "induced", "total")
    effects = [f"effects.{quantity}.{part}" for quantity in QUANTITIES for part in parts]
    found = []
    for area, here in tree["areas"].items():
        if here is None:
            continue
        details = [f"final_demand.by_industry.{code}" for code in here["final_demand"]["by_industry"]]
        details += [f"spending_by_category.{one}.{end}" for one in here["spending_by_category"] for end in _ENDS]
        details += [f"spending_by_audience.{name}" for name in here["spending_by_audience"]]
        for quantity, rows in here["by_industry"].items():
            details += [f"by_industry.{quantity}.{code}.{part}" for code in rows for part in parts[:3]]
        found += [f"{area}.{figure}" for figure in (*plain, *effects, *details)]
    for code, row in (tree["municipalities"] or {"rows": {}})["rows"].items():
        for name, figure in row.items():
            ends = [f".{part}" for part in figure] if name in QUANTITIES else [""]
            found += [f"municipalities.{code}.{name}{end}" for end in ends]
    found += ["municipalities.pay_leaving_region"] if tree["municipalities"] else []
    found += [f"rooms.{name}" for name, figure in (tree["rooms"] or {}).items() if figure]
    found += [f"organiser_result.{name}" for name, figure in tree["organiser_result"].items() if figure]
    return found + [f"beside.{'.'.join(path)}" for path in beside_figures(tree)]


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


def _effect(tree: Tree, area: str, quantity: str = "", part: str = "", *more: str) -> Step | None:
    if more:
        return None
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
            below += [_parameter(tree, "flq.delta"), _data(tree, "quotients")]
    if quantity == "employment":
        below.append(_data(tree, "prices", "last_year"))
    name = {lang: f"{say(f'figure.{quantity}', lang)}, {say(f'figure.{part}', lang).lower()}" for lang in ("nb", "en")}
    key = f"{area}.effects.{quantity}.{part}"
    return Step(key, part, value, name, below=tuple(one for one in below if one))


def _table(tree: Tree) -> Step:
    table = tree["tables"]["table"]
    name = dict.fromkeys(("nb", "en"), str(table["name"]))
    return Step(f"tables.{table['id']}", "table", table["year"], name, source=f"{table['source']}. {table['licence']}")


def _data(tree: Tree, name: str, year: str = "year") -> Step | None:
    """A piece of reference data that the estimate stands on, with its year and source."""
    entry = tree["tables"][name]
    phrase = "commuting" if name == "places" else name
    return None if entry is None else Step(f"tables.{phrase}", phrase, entry[year], source=entry["source"])


def _parameter(tree: Tree, key: str) -> Step:
    entry = tree["parameters"][key]
    label = {lang: parameter_name(key, lang) for lang in ("nb", "en")}
    return Step(f"parameter.{key}", "parameter", _mode(entry), label, entry["evidence"], entry["source"])


def _mode(entry: Any) -> Any:
    if isinstance(entry, dict):
        return entry.get("value", entry.get("mode"))
    return entry


# -- details: parts of the figures above, by industry, category, audience and municipality


def _detail(tree: Tree, area: str, path: list[str]) -> Step | None:
    here: Any = tree["areas"][area]
    for part in path[:-1]:
        here = here.get(part) if isinstance(here, dict) else None
    value = here.get(path[-1]) if isinstance(here, dict) and path else None
    if not isinstance(value, dict | float | int):
        return None
    below: list[Step | None]
    match path:
        case ["spending_by_audience", name]:
            below = list(_audience(tree, name))
        case ["spending_by_category", category, end] if end in _ENDS:
            below = [_parameter(tree, f"vat.{category}")]
            below += [step for row in tree["event"].get("audience", []) for step in _audience(tree, row["name"])]
            below += [_figure(tree, area, "displaced_spending")] if end == "after" else []
        case ["final_demand", "by_industry", code]:
            below = [_figure(tree, area, "final_demand"), *_booked_on(tree, code)]
        case ["by_industry", quantity, _, part]:
            below = [_effect(tree, area, quantity, part)]
        case _:
            return None
    label: dict[str, str] = {lang: path_words(path, lang) for lang in LANGUAGES}
    return Step(f"{area}.{'.'.join(path)}", "detail", _mode(value), label, below=tuple(one for one in below if one))


def _booked_on(tree: Tree, code: str) -> Iterator[Step]:
    """What decides that spending lands on an industry: its share of a category, and the organiser's lines."""
    for key in tree["parameters"]:
        if key.startswith("industries.") and key.endswith(f".{code}"):
            yield _parameter(tree, key)
    for row in tree["event"].get("organiser_cost", []):
        if row["industry"] == code:
            yield from _input(tree, f"organiser_cost/{row['name']}/amount", row["amount"])


def _municipal(tree: Tree, path: list[str]) -> Step | None:
    """A municipality's part of the region's effect: by jobs, and for pay by commuting."""
    places = tree["municipalities"]
    if places is None or not path:
        return None
    region = [_effect(tree, "region", "compensation", "total")]
    commuting = _data(tree, "places", "commuting")
    jobs = _data(tree, "jobs")
    if path == ["pay_leaving_region"]:
        value, below = places["pay_leaving_region"], [*region, commuting]
    else:
        code, name, *part = path
        row = places["rows"].get(code, {})
        value = row.get(name)
        if name in QUANTITIES and value is not None:
            value = value.get(part[0] if part else "total")
            below = [_effect(tree, "region", name, part[0] if part else "total"), jobs]
        elif name == "pay_by_residence":
            below = [*region, jobs, commuting]
        elif name == "income_tax_gross":
            rates = [_parameter(tree, f"tax.{one}") for one in ("wage_share", "taxable_share", "municipal_rate")]
            below = [_municipal(tree, [code, "pay_by_residence"]), *rates]
    if not isinstance(value, dict):
        return None
    label: dict[str, str] = {lang: path_words(path, lang) for lang in LANGUAGES}
    return Step(
        f"municipalities.{'.'.join(path)}", "detail", value["mode"], label, below=tuple(one for one in below if one)
    )


def _whole(tree: Tree, head: str, path: list[str]) -> Step | None:
    """A figure of the event as a whole: its rooms, or the organiser's own account."""
    value = (tree[head] or {}).get(path[0]) if len(path) == 1 else None
    if value is None:
        return None
    sections = {"costs": ["organiser_cost"], "incomes": ["organiser_income"], "deficit": ["organiser"]}.get(path[0], [])
    if head == "rooms" and path[0] in ("demand", "housed", "sold_above_baseline"):
        return _room_figure(tree, path[0])
    below = list(_rooms(tree)) if head == "rooms" else [step for one in sections for step in _account(tree, one)]
    return Step(f"{head}.{path[0]}", f"{head}_{path[0]}", value["mode"], below=tuple(below))


def _account(tree: Tree, section: str) -> Iterator[Step]:
    if section == "organiser":
        yield from _input(tree, "organiser/deficit", tree["event"]["organiser"]["deficit"])
    else:
        yield from _inputs(tree, section, ("amount",))


def _beside(tree: Tree, path: list[str]) -> Step | None:
    """A figure beside the money, down to what was given for it and, for emissions, who travelled and the factors."""
    if (figure := beside_figures(tree).get(tuple(path))) is None:
        return None
    given, factors = tree["event"]["beside"], {}
    part, *names = path
    label: dict[str, str] = {lang: beside_label(path, lang) for lang in LANGUAGES}
    wanted = {("volunteers", "hours_each"): ("number", "hours")}.get((part, names[0]), (names[0],))
    inputs = (
        {f"{part}/{name}": given.get(part, {}).get(name) for name in wanted} if part in ("volunteers", "media") else {}
    )
    if part == "indicators":
        inputs = {
            f"indicator/{row['name']}/value": row["value"] for row in given["indicator"] if [row["name"]] == names
        }
    below: list[Step] = []
    if part == "travel":
        rows = given["travel"]
        inputs = {f"travel/{row['name']}/{field}": entry for row in rows for field, entry in row.items()}
        below = [
            step for name in sorted({row.get("audience", "") for row in rows} - {""}) for step in _audience(tree, name)
        ]
        factors = tree["beside"]["travel"]["factors"]
    below = [*(step for path, one in inputs.items() for step in _input(tree, f"beside/{path}", one)), *below]
    for key, one in factors.items():
        name: dict[str, str] = {lang: parameter_name(key, lang) for lang in LANGUAGES}
        below.append(Step(f"parameter.{key}", "parameter", _mode(one), name, one["evidence"], one["source"]))
    return Step(f"beside.{'.'.join(path)}", "detail", figure["mode"], label, below=tuple(below))


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
    label: dict[str, str] = {lang: input_name(path, lang) for lang in LANGUAGES}
    yield Step(path, "input", value, label, evidence, source, below)


def _rooms(tree: Tree) -> Iterator[Step]:
    """What room-nights stand on: those asked for, those housed, and the hotels' own figures where they are given."""
    for name in ("demand", "housed", "sold_above_baseline"):
        if (step := _room_figure(tree, name)) is not None:
            yield step


def _room_figure(tree: Tree, name: str) -> Step | None:
    figure = (tree["rooms"] or {}).get(name)
    if figure is None:
        return None
    fields = ("visits", "persons", "days_per_person", "casual_share", "nights_per_person")
    below: list[Step] = []
    if name == "demand":
        below += _inputs(tree, "audience", (*fields, "commercial_share", "persons_per_room"))
        below += [_parameter(tree, "rooms.persons_per_room"), *_inputs(tree, "night", ("event_demand",))]
    elif name == "sold_above_baseline":
        below += _inputs(tree, "night", ("sold", "baseline_sold"))
    else:
        hotels = tree["rooms"]["sold_above_baseline"] is not None
        below += _inputs(tree, "night", ("baseline_sold", "sold") if hotels else ("rooms", "baseline_sold"))
        below.append(_parameter(tree, "rooms.crowded_out" if hotels else "rooms.friction"))
    return Step(f"rooms.{name}", f"rooms_{name}", figure["mode"], below=tuple(below))


_PERSON_FIELDS = ("visits", "persons", "days_per_person", "casual_share", "time_switcher_share", "attribution")
_ENDS = ("before", "after")
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
        yield _step(tree, area, figure, list(_rooms(tree)))
    yield _parameter(tree, f"rooms.unhoused_lost.{area}")


def _spending(tree: Tree, area: str) -> Iterator[Step]:
    for name, figure in tree["areas"][area]["spending_by_audience"].items():
        label = dict.fromkeys(("nb", "en"), name)
        below = tuple(_audience(tree, name))
        yield Step(f"{area}.spending_by_audience.{name}", "audience", figure["mode"], label, below=below)


def _audience(tree: Tree, name: str) -> Iterator[Step]:
    """Every number of one audience."""
    row = next(row for row in tree["event"]["audience"] if row["name"] == name)
    for field, entry in row.items():
        if field == "spend":
            for category, price in entry.items():
                yield from _input(tree, f"audience/{name}/spend/{category}", price)
        else:
            yield from _input(tree, f"audience/{name}/{field}", entry)


def _organiser(tree: Tree, area: str) -> Iterator[Step]:
    yield from _inputs(tree, "organiser_cost")
    yield from _inputs(tree, "organiser_income")


def _vat(tree: Tree, area: str) -> Iterator[Step]:
    for category in tree["areas"][area]["spending_by_category"]:
        yield _parameter(tree, f"vat.{category}")
    yield from _inputs(tree, "organiser_cost", ("vat_rate",))


def _leakage(tree: Tree, area: str) -> Iterator[Step]:
    if (conversion := _data(tree, "conversion")) is not None:
        yield conversion
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
