"""Figures for Prometheus: with the token only, and nothing about anyone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import metrics
from data.demo import invent_accounts
from data.permission import OPERATOR
from data.store import open_store
from fund.due import due

TOKEN = "made up for this test"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    monkeypatch.setenv(metrics.TOKEN, TOKEN)
    with open_store(tmp_path) as store:
        invent_accounts(store, OPERATOR)
        due(store, OPERATOR)
    return TestClient(Starlette(routes=metrics.ROUTES))


def test_every_figure_is_told_to_who_has_the_token(client: TestClient) -> None:
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    lines = [line for line in told.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"ringvirk_[a-z_]+ [0-9.e+-]+", line) for line in lines)
    found = {line.split()[0]: float(line.split()[1]) for line in lines}
    assert found["ringvirk_up"] == 1 and found["ringvirk_database_bytes"] > 0
    assert 0 <= found["ringvirk_due_age_seconds"] < 60 and "ringvirk_backup_age_seconds" not in found
    assert "@" not in told


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer another", TOKEN, f"bearer {TOKEN}", "Bearer æ"])
def test_nobody_else_learns_that_there_are_any(client: TestClient, given: str) -> None:
    answer = client.get("/metrics", headers=[(b"authorization", given.encode())])
    assert answer.status_code == 404 and answer.text == ""


def test_without_a_token_there_are_none(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(metrics.TOKEN)
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
