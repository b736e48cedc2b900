"""The generated Norway is lawful: a thousandth of it holds before the verifier and the check."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from data.check import check
from data.store import open_store
from fund.verify import verify

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.mark.slow
def test_a_thousandth_of_norway_is_lawful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    sys.modules.pop("norway_filling", None)
    from norway_applying import APPLICATIONS, NORWAY, POSTINGS
    from norway_filling import fill

    fill(tmp_path, NORWAY / 1000)
    assert [one for one in check(tmp_path) if one.level == "trouble"] == []
    with open_store(tmp_path) as store:
        assert verify(store.db, tmp_path) == []
        made = {table: store.db[table].count for table in ("application", "posting")}
    assert made["application"] >= APPLICATIONS / 1000 and made["posting"] >= 0.9 * POSTINGS / 1000
