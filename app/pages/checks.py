"""Checks: is the fund what was booked, a sample to look into, is all well, are there backups, are samples wanted."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.doing import attempt
from app.text import plain
from app.treasury.sampling import sampling
from app.treasury.verifying import Looked, looked, verifier
from app.visit import Visit
from data.clock import moment
from data.operations import backup_now, findings_around, kept_backups
from impact.samples import has_samples, remove_samples


def show(visit: Visit) -> None:
    """What the verifier finds; for an auditor a sample; how the program is; backups; the samples."""
    layout.title(visit.say("page.title.checks"))
    found = looked(visit)
    verifier(visit, found)
    if visit.may("audit.read"):
        sampling(visit)
    layout.section(visit.say("checks_page.operations"))
    _operations(visit, found)
    _backups(visit)
    _samples(visit)


def _operations(visit: Visit, looked_at: Looked | None) -> None:
    """How the program is: the database as it was last looked at, room and backups as they are now."""
    found = [*(looked_at.store if looked_at else ()), *findings_around(visit.store, visit.actor)]
    trouble = [one for one in found if one.level == "trouble"]
    if trouble:
        st.error(plain(visit.say("checks_page.trouble", count=len(trouble))), icon=":material/error:")
    elif looked_at:
        st.success(plain(visit.say("checks_page.well")), icon=":material/verified:")
    layout.bullets(one.line(visit.lang) for one in found)


def _backups(visit: Visit) -> None:
    layout.section(visit.say("checks_page.backups"))
    kept = kept_backups(visit.store, visit.actor)
    if kept:
        layout.bullets(f"{moment(one.at, visit.lang)}: {one.name}" for one in kept)
    else:
        layout.empty(visit, "checks_page.no_backup")
    layout.text(visit.say("checks_page.restore"), small=True)
    if visit.may("operations.run"):
        st.button(visit.say("checks_page.backup_now"), key="checks_backup", on_click=_backup)


def _backup() -> None:
    def act(visit: Visit) -> str:
        made = backup_now(visit.store, visit.actor)
        figures = {"seq": made.manifest.seq, "rows": made.manifest.count, "attachments": len(made.attachments)}
        return visit.say("checks_page.backed_up", name=made.path.name, **figures)

    attempt(act)


def _samples(visit: Visit) -> None:
    if not (visit.may("sample.remove") and has_samples(visit.store)):
        return
    layout.section(visit.say("checks_page.samples"))
    layout.text(visit.say("checks_page.samples_text"))
    sure = st.checkbox(visit.say("checks_page.sure"), key="checks_sure")
    st.button(visit.say("checks_page.remove_samples"), key="checks_remove", disabled=not sure, on_click=_remove)


def _remove() -> None:
    def act(visit: Visit) -> str:
        remove_samples(visit.store, visit.actor)
        return visit.say("checks_page.samples_removed")

    attempt(act)
