"""Locked estimates: the same bytes from the same things, no change unseen, and the same figures when computed again."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, number, spread

from data.dated import Parameter, read_parameters
from data.faults import Faults
from data.phrases import LANGUAGES
from data.value import Value
from impact import lock as locking
from impact import simulation as simulating
from impact.estimate import estimate
from impact.event_reading import read_event
from impact.lock import ENTERED, canonical, differences, lock, read_lock, recompute, rounded
from impact.reference import SHIPPED, Reference
from impact.simulation import frame, simulate

DRAWS = 300


def wrong(reason: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, reason=reason)


def estimated(
    raw: dict[str, Any], reference: Reference, seed: int = 1, changed: dict[str, float] | None = None
) -> dict[str, Any]:
    event = read_event(raw, "event.toml", reference)
    return estimate(simulate(event, frame(reference, event.first_day, changed=changed), seed, DRAWS))


def many_rows(event_dict: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """An event with several rows of everything, ranges, a named number and parts of a total."""
    raw = event_dict(numbers={"tickets": number(800, "reported"), "days": spread(1, 1.5, 2), "other": number(7)})
    for name, home, share in (("Tickets", "abroad", 0.6), ("Østerdalen", "norway", 0.4)):
        raw["audience"].append(
            {
                "name": name,
                "role": "spectator",
                "home": home,
                "visits": {"of": "tickets", "share": spread(share - 0.1, share, share + 0.1)},
                "days_per_person": {"ref": "days"},
                "spend": {"fuel": number(50, "assumed"), "groceries": spread(10, 20, 30, "assumed")},
            }
        )
    raw["organiser_cost"].append({"name": "Aa", "amount": number(90_000, "assumed"), "industry": "R93"})
    raw["organiser_income"].append({"name": "Aa", "amount": spread(1e4, 2e4, 3e4), "public": True})
    return raw


def stored(tree: dict[str, Any], path: Path) -> Path:
    path.write_bytes(lock(tree))
    return path


def relocked(document: dict[str, Any], path: Path) -> Path:
    """``document`` with a hash that fits what is in it, as a forger would write it."""
    body = {"format": document["format"], "estimate": document["estimate"]}
    path.write_bytes(canonical({**body, "sha256": hashlib.sha256(canonical(body)).hexdigest()}))
    return path


@pytest.fixture
def tree(event_dict, reference) -> dict[str, Any]:
    return estimated(event_dict(), reference)


@pytest.fixture
def lock_file(tree, tmp_path) -> Path:
    return stored(tree, tmp_path / "lock.json")


# -- the same bytes


def test_two_processes_with_other_hash_seeds_give_the_same_bytes(event_dict, event_file, tmp_path, run) -> None:
    path = event_file(many_rows(event_dict))
    written = []
    for seed in ("0", "4711"):
        out = tmp_path / f"{seed}.json"
        given: Run = run("estimate", path, "--draws", DRAWS, "--lock", out, environment={"PYTHONHASHSEED": seed})
        assert (given.code, given.err) == (0, "")
        written.append(out.read_bytes())
    assert written[0] == written[1]


def test_the_process_and_the_functions_give_the_same_bytes(
    event_dict, event_file, reference, tmp_path, command
) -> None:
    path = event_file(many_rows(event_dict))
    assert command("estimate", path, "--draws", DRAWS, "--seed", 5, "--lock", tmp_path / "lock.json").code == 0
    assert (tmp_path / "lock.json").read_bytes() == lock(estimated(many_rows(event_dict), reference, seed=5))


def test_the_order_of_rows_and_fields_changes_nothing(event_dict, reference) -> None:
    wanted = lock(estimated(many_rows(event_dict), reference))
    shuffle = random.Random(1).shuffle

    def mixed(value: Any) -> Any:
        if isinstance(value, dict):
            items = [(key, mixed(one)) for key, one in value.items()]
            shuffle(items)
            return dict(items)
        if isinstance(value, list):
            value = [mixed(one) for one in value]
            shuffle(value)
        return value

    for _ in range(5):
        assert lock(estimated(mixed(many_rows(event_dict)), reference)) == wanted


def test_another_seed_gives_other_draws_and_the_same_modes(event_dict, reference) -> None:
    one, other = (estimated(many_rows(event_dict), reference, seed) for seed in (1, 2))
    assert lock(one) != lock(other)
    totals = [tree["areas"]["region"]["effects"]["value_added"]["total"] for tree in (one, other)]
    assert totals[0]["mode"] == totals[1]["mode"]
    assert totals[0]["p50"] != totals[1]["p50"]


def test_the_canonical_form(tree) -> None:
    text = lock(tree).decode()
    document = json.loads(text)
    assert text == json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    results = {part: figures for part, figures in document["estimate"].items() if part not in ENTERED}
    assert rounded(results) == results  # nothing has more than nine significant digits
    assert set(document) == {"format", "estimate", "sha256"}
    assert rounded({"a": [1.23456789012, -1e-12, 12345678901.0, 3, True, None]}) == {
        "a": [1.23456789, 0.0, 12345678900.0, 3, True, None]
    }
    for figure in (float("nan"), float("inf")):
        with pytest.raises(ValueError):
            canonical({"figure": figure})


# -- no change unseen


def test_a_lock_is_read_back(tree, lock_file) -> None:
    kept = read_lock(lock_file)
    for part, figures in tree.items():
        assert canonical(kept[part]) == canonical(figures if part in ENTERED else rounded(figures)), part


def test_a_changed_figure_is_refused(lock_file, command) -> None:
    text = lock_file.read_text(encoding="utf-8")
    rng = random.Random(1)
    digits = [place for place, sign in enumerate(text) if sign in "12345678" and text[place + 1].isdecimal()]
    for place in rng.sample(digits, 60):
        lock_file.write_text(text[:place] + str(int(text[place]) + 1) + text[place + 1 :], encoding="utf-8")
        with pytest.raises(Faults) as caught:
            read_lock(lock_file)
        assert [fault.code for fault in caught.value.faults] == ["lock.changed"]
    for lang in LANGUAGES:
        [line] = command("verify", lock_file, "--lang", lang).faults()
        assert line.startswith("lock.json")


def test_any_other_byte_is_refused_or_says_the_same(lock_file) -> None:
    content, locked = lock_file.read_bytes(), read_lock(lock_file)
    rng = random.Random(2)
    for place in rng.sample(range(len(content)), 60):
        other = bytes([rng.choice([sign for sign in range(256) if sign != content[place]])])
        lock_file.write_bytes(content[:place] + other + content[place + 1 :])
        try:
            assert canonical(read_lock(lock_file)) == canonical(locked)
        except Faults as found:
            assert {fault.code for fault in found.faults} <= {"lock.changed", "lock.not_json", "lock.not_a_lock"}


def test_a_lock_that_was_cut_off_is_refused(lock_file) -> None:
    content = lock_file.read_bytes()
    for length in (0, 1, len(content) // 2, len(content) - 1):
        lock_file.write_bytes(content[:length])
        with pytest.raises(Faults) as caught:
            read_lock(lock_file)
        assert [fault.code for fault in caught.value.faults] == ["lock.not_json"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[1, 2]", "not_a_lock"),
        (b"{}", "not_a_lock"),
        (b'{"format": 2, "estimate": {}, "sha256": ""}', "not_a_lock"),
        (b'{"format": 1, "estimate": [], "sha256": ""}', "not_a_lock"),
        (b'{"format": 1, "estimate": {"a": NaN}, "sha256": ""}', "not_a_lock"),
        (b'{"format": 1, "estimate": {"a": 1e999}, "sha256": ""}', "not_a_lock"),
        (b'{"format": 1, "estimate": {"a": "\\ud800"}, "sha256": ""}', "not_a_lock"),
        (b'{"format": 1, "estimate": {"a": ' + b"9" * 5000 + b'}, "sha256": ""}', "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b"[" * 100_000, "not_json"),
    ],
)
def test_a_file_that_is_no_lock_is_refused(content: bytes, code: str, tmp_path, command) -> None:
    path = tmp_path / "lock.json"
    path.write_bytes(content)
    for name in ("verify", "explain"):
        [line] = command(name, path, *(["region.vat"] if name == "explain" else [])).faults()
        assert line.startswith("lock.json")
    with pytest.raises(Faults) as caught:
        read_lock(path)
    assert [fault.code for fault in caught.value.faults] == [f"lock.{code}"]


def test_a_lock_that_is_not_there_or_too_large(tmp_path, lock_file, command, monkeypatch) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        [line] = command("verify", path).faults()
        assert path.name in line
    monkeypatch.setattr(locking, "MAX_BYTES", 1000)
    [line] = command("verify", lock_file, "--lang", "en").faults()
    assert "bytes" in line


# -- computed again


def test_verify_computes_again_and_agrees(lock_file, command) -> None:
    for lang, word in (("nb", "alle tall er de samme"), ("en", "all figures agree")):
        given = command("verify", lock_file, "--lang", lang)
        assert (given.code, given.err) == (0, "")
        assert word in given.out


def test_every_kind_of_row_computes_again_the_same(event_dict, reference, tmp_path) -> None:
    tree = read_lock(stored(estimated(many_rows(event_dict), reference), tmp_path / "lock.json"))
    assert list(differences(tree, recompute(tree, reference))) == []


def test_a_forged_figure_with_a_hash_that_fits_is_found_out(lock_file, tmp_path, command) -> None:
    document = json.loads(lock_file.read_bytes())
    figure = document["estimate"]["areas"]["region"]["effects"]["value_added"]["total"]
    figure["p90"] *= 1.00001
    forged = relocked(document, tmp_path / "forged.json")
    read_lock(forged)  # whole, as far as its hash can tell
    for lang in LANGUAGES:
        given = command("verify", forged, "--lang", lang)
        assert given.code == 1
        assert "/areas/region/effects/value_added/total/p90" in given.out
        assert len([line for line in given.out.splitlines() if "≠" in line]) == 1


@pytest.mark.parametrize("path", [("audience", 0, "persons", "mode"), ("organiser_cost", 0, "amount", "value")])
def test_a_forged_input_is_found_out(path, event_dict, reference, tmp_path) -> None:
    document = json.loads(lock(estimated(event_dict(), reference)))
    at: Any = document["estimate"]["event"]
    rows = [row for row in at[path[0]] if path[2] in row]
    rows[0][path[2]][path[3]] *= 1.0001
    tree = read_lock(relocked(document, tmp_path / "forged.json"))
    assert len(list(differences(tree, recompute(tree, reference)))) > 10


def test_differences_name_the_place_and_look_past_rounding() -> None:
    tree = {"areas": {"region": {"vat": 123456789.123, "none": None, "list": [1.0, "a", True]}}, "warnings": [1]}
    assert list(differences(rounded(tree), tree)) == []
    assert list(differences(rounded(tree), {**tree, "warnings": [], "program": 3})) == []
    other = copy.deepcopy(tree)
    other["areas"]["region"] |= {"vat": 123456790.9, "none": 0.0, "list": [1.0, "b", False]}
    assert [path for path, _, _ in differences(tree, other)] == [
        "/areas/region/list/1",
        "/areas/region/list/2",
        "/areas/region/none",
        "/areas/region/vat",
    ]
    assert [path for path, _, _ in differences({"a": [1]}, {"a": [1, 2]})] == ["/a"]
    assert [path for path, _, _ in differences({"a": 1}, {})] == ["/a"]


def test_what_was_set_by_hand_is_computed_again_as_it_was(event_dict, reference, tmp_path) -> None:
    changed = {"flq.delta": 0.2, "households.kappa": 0.5}
    tree = read_lock(stored(estimated(event_dict(), reference, changed=changed), tmp_path / "lock.json"))
    assert tree["parameters"]["flq.delta"]["mode"] == 0.2
    assert list(differences(tree, recompute(tree, reference))) == []


def test_parameters_of_today_do_not_change_a_lock(event_dict, reference, lock_file, command, monkeypatch) -> None:
    before = estimated(event_dict(), reference)

    def today() -> dict[str, Parameter]:
        """Every range and rate a tenth lower than when the estimate was locked."""
        lower = {}
        for key, parameter in read_parameters().items():
            dated = parameter.values[-1]
            if dated.fixed:  # parts of a whole and limits
                lower[key] = parameter
                continue
            figures = [None if one is None else 0.9 * one for one in (dated.value.low, dated.value.high)]
            value = Value(0.9 * dated.value.mode, *figures, dated.value.evidence, "newer")
            lower[key] = replace(parameter, values=(replace(dated, value=value),))
        return lower

    for module in (locking, simulating):
        monkeypatch.setattr(module, "read_parameters", today)
    now = estimated(event_dict(), reference)
    assert now["areas"]["region"]["vat"] != before["areas"]["region"]["vat"]  # today's would give something else
    assert command("verify", lock_file).code == 0


# -- with other data


@pytest.fixture
def own(tmp_path) -> Path:
    """A reference folder of one's own, empty."""
    return tmp_path / "own" / "reference"


def other_table(own: Path) -> None:
    """A copy of the table of 2019 with one flow changed."""
    folder = own / "tables" / "norway-2019"
    shutil.copytree(SHIPPED / "tables" / "norway-2019", folder)
    head, first, rest = (folder / "flows.csv").read_text(encoding="utf-8").split("\n", 2)
    seller, buyer, value = first.split(",")
    (folder / "flows.csv").write_text(f"{head}\n{seller},{buyer},{float(value) + 1}\n{rest}", encoding="utf-8")


def other_file(name: str, old: str, new: str) -> Callable[[Path], None]:
    def write(own: Path) -> None:
        text = (SHIPPED / name).read_text(encoding="utf-8")
        assert old in text
        (own / name).parent.mkdir(parents=True)
        (own / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return write


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (other_table, "table"),
        (other_file("region/quotients-2019.csv", "\n", "\n\n"), "quotients"),
        (other_file("products/price-conversion-2019.csv", "\n", "\n\n"), "conversion"),
        (other_file("region/population.csv", "\n", "\n\n"), "places"),
        (other_file("prices/cpi.csv", "\n2020,", "\n2020,1"), "places"),
    ],
)
def test_data_with_another_hash_are_refused(change, name: str, own, lock_file) -> None:
    change(own)
    with pytest.raises(Faults) as caught:
        recompute(read_lock(lock_file), Reference((own, SHIPPED)))
    assert [(fault.place, fault.code) for fault in caught.value.faults] == [(name, "lock.other_data")]
    assert all(fault.line(lang) for fault in caught.value.faults for lang in LANGUAGES)


def test_the_command_line_refuses_another_table_of_the_same_name(own, lock_file, run) -> None:
    other_table(own)
    given: Run = run("verify", lock_file, "--lang", "en", environment={"RINGVIRK_DATA": str(own.parent)})
    assert given.code == 2
    assert "Traceback" not in given.err
    assert "table" in given.err.splitlines()[0]


def test_a_newer_year_of_prices_leaves_locks_as_they_are(own, lock_file, reference) -> None:
    last = reference.price_years[1]
    (own / "prices").mkdir(parents=True)
    (own / "prices" / "cpi.csv").write_text(f"year,change\n{last + 1},2.5\n", encoding="utf-8")
    tree = read_lock(lock_file)
    assert list(differences(tree, recompute(tree, Reference((own, SHIPPED))))) == []


# -- faults of the program


def test_an_input_of_many_digits_computes_again_the_same(event_dict, reference, tmp_path) -> None:
    raw = event_dict()
    raw["organiser_cost"][0] |= {"amount": number(1_234_567_894.4), "local_share": number(1)}
    tree = read_lock(stored(estimated(raw, reference), tmp_path / "lock.json"))
    assert tree["event"]["organiser_cost"][0]["amount"]["value"] == 1_234_567_894.4
    assert list(differences(tree, recompute(tree, reference))) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.clear(),
        lambda tree: tree.pop("event"),
        lambda tree: tree.pop("tables"),
        lambda tree: tree["parameters"].pop("flq.delta"),
        lambda tree: tree["parameters"].update({"flq.delta": {}}),
        lambda tree: tree.update(draws=0),
        lambda tree: tree.update(draws="many"),
        lambda tree: tree.update(draws=10**12),
        lambda tree: tree["tables"].update(table={}),
    ],
    ids=["empty", "event", "tables", "parameter", "empty parameter", "draws", "draws text", "draws huge", "table"],
)
def test_a_whole_lock_that_lacks_something_is_refused(change, lock_file, tmp_path, command) -> None:
    document = json.loads(lock_file.read_bytes())
    change(document["estimate"])
    given = command("verify", relocked(document, tmp_path / "odd.json"))
    assert given.code == 2
    assert "Traceback" not in given.err


def test_a_deeply_nested_lock_is_refused(tmp_path, command) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"format":1,"estimate":{"a":' + "[" * 600 + "]" * 600 + '},"sha256":""}', encoding="utf-8")
    assert command("verify", path).faults()


def test_a_lock_that_can_not_be_written_leaves_nothing(event_dict, event_file, tmp_path, command) -> None:
    given = command("estimate", event_file(event_dict()), "--draws", 5, "--lock", tmp_path / "none" / "lock.json")
    assert (given.code, given.out) == (2, "")
    assert "Traceback" not in given.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["event.toml"]


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "1e999", '"\\ud800"'])
def test_a_figure_that_is_no_figure_is_refused(figure: str, lock_file) -> None:
    text = lock_file.read_text(encoding="utf-8")
    place = text.index('"p90":') + 6
    lock_file.write_text(text[:place] + figure + text[text.index("}", place) :], encoding="utf-8")
    with pytest.raises(Faults) as caught:
        read_lock(lock_file)
    assert [fault.code for fault in caught.value.faults] == ["lock.not_json"]
