"""An invented fund from the partners' first contribution to the closing, through the same functions as everyone's.

    story = endowed(store); call(story); apply(story); review(story); meet(story); …      or play(store)

What is invented stands in ``data/samples/fund``. Every step has the moment that it would have happened at, so that
deadlines, terms and the rate of the day are those of the story. What comes after the decision is :mod:`fund.demo_year`.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.accounts import account_at, add_account
from data.clock import OSLO
from data.faults import Fault, Faults
from data.permission import OPERATOR, Actor, require
from data.store import Store
from fund.applicant.mandates import Mandate, ask_mandate, confirm_mandate, list_mandates
from fund.applicant.organisations import register_organisation
from fund.applicant.payees import confirm_payee, waiting_payee
from fund.books.covenant import set_covenant
from fund.books.frames import open_frame
from fund.books.partners import add_partner, contribute, pledge
from fund.intake.applications import save_draft, start_application
from fund.intake.calls import close_call, open_call, plan_call, set_frame
from fund.intake.handling import take_up
from fund.intake.revisions import submit
from fund.meeting.agenda import item_at, put_on
from fund.meeting.attendance import attend
from fund.meeting.decisions import read_out
from fund.meeting.meetings import hold, lock_agenda, plan_meeting
from fund.meeting.minutes import sign
from fund.meeting.proposals import Proposal
from fund.meeting.votes import cast
from fund.review.board import add_seat
from fund.review.conflicts import declare, rule_on
from fund.review.recommendations import recommend
from fund.review.scores import score
from fund.rulebook.scheme_reading import read_scheme_file
from fund.rulebook.scheme_rows import save_scheme
from fund.state_aid.aid_grounds import AidGround, GroundKind, set_aid_ground
from fund.state_aid.euro import accept_suggestion
from impact.estimates import lock_estimate
from impact.reference import reference_in
from impact.register import create_event

SAMPLES = Path(__file__).parent.parent / "data" / "samples" / "fund"
_DRAWS = 1_000
_ORE = 100
_LAST = dt.date(2027, 12, 31)


@dataclass
class Story:
    """What has happened so far: who is who, and the numbers of what they made. Amounts of ``told`` are kroner."""

    store: Store
    told: Mapping[str, Any]
    people: dict[str, list[Actor]] = field(default_factory=dict)
    frame: int = 0
    call: int = 0
    meeting: int = 0
    partners: list[int] = field(default_factory=list)
    seats: list[int] = field(default_factory=list)
    applications: dict[str, int] = field(default_factory=dict)
    awards: dict[str, int] = field(default_factory=dict)

    def who(self, role: str, number: int = 0) -> Actor:
        return self.people[role][number]

    def case(self, key: str) -> Mapping[str, Any]:
        """What is told of a case."""
        return next(one for one in self.told["case"] if one["key"] == key)

    def version(self, kind: str, id: int) -> int:
        """The version that a page would have shown just now."""
        return int(self.store.db.execute(f'SELECT version FROM "{kind}" WHERE id = ?', [id]).fetchone()[0])


def at(day: str, time: str = "12:00") -> dt.datetime:
    """A moment of the story, as the clock stood in Norway."""
    return dt.datetime.fromisoformat(f"{day} {time}").replace(tzinfo=OSLO).astimezone(dt.UTC)


def ore(kroner: Any) -> Any:
    """What is told in kroner, in øre: a figure, or every ``amount``, ``asked`` and ``least`` of a document."""
    if isinstance(kroner, dict):
        named = ("amount", "asked", "least")
        return {name: ore(one) if name in named or isinstance(one, list) else one for name, one in kroner.items()}
    if isinstance(kroner, list):
        return [ore(one) for one in kroner]
    return kroner * _ORE if isinstance(kroner, int) else kroner


def begin(store: Store, actor: Actor = OPERATOR) -> Story:
    """The story's people; accounts that are there are taken as they are. Needs ``account.manage``.

    Raises :class:`Faults` where the store has a fund already.
    """
    require(actor, "account.manage")
    if store.db.execute("SELECT 1 FROM partner UNION ALL SELECT 1 FROM call").fetchone():
        raise Faults([Fault("", "", "", "demo.not_empty")])
    told = tomllib.loads((SAMPLES / "story.toml").read_text(encoding="utf-8"))
    story, moment = Story(store, told), at("2026-01-05")
    with store.write(actor.id, "account.demo") as write:
        for role, addresses in told["people"].items():
            for address in addresses:
                held = account_at(write.db, address)
                id = held.id if held else add_account(write, address, "Eksempel Person", (role,), "nb", moment)
                story.people.setdefault(role, []).append(Actor(f"account:{id}", frozenset({role})))
    return story


def endow(story: Story) -> None:
    """The partners promise and pay in, by the covenant; the year's frame is set, and the board takes its seats."""
    store, treasurer, year = story.store, story.who("treasurer"), story.told["year"]
    for one in story.told["partner"]:
        partner = add_partner(store, treasurer, one["name"], one["kind"])
        paid, earmark = ore(one["paid"]), one.get("earmark", "")
        pledge(store, treasurer, f"demo:pledge:{partner}", partner, year, paid)
        contribute(
            store, treasurer, f"demo:in:{partner}", partner, year, paid, earmark=earmark, day=dt.date(year, 1, 15)
        )
        story.partners.append(partner)
    told = story.told
    set_covenant(
        store, treasurer, dt.date(year, 1, 1), private=told["private"], public=told["public"], ground=told["agreement"]
    )
    limit = ore(told["exposure_limit"])
    story.frame = open_frame(store, treasurer, "demo:frame", year, ore(told["frame"]), limit).id
    administrator, first = story.who("administrator"), dt.date(year, 1, 1)
    members = [story.who("chair"), *story.people["board"]]
    for number, one in enumerate(members):
        deputy_for = story.seats[-1] if number == len(members) - 1 else None
        seat = add_seat(store, administrator, one.id, first, deputy_for=deputy_for, partner=story.partners[number])
        story.seats.append(seat)


def announce(story: Story) -> None:
    """The scheme is saved; the call is planned, given its frame, and opened on its day."""
    told, store, officer = story.told, story.store, story.who("officer")
    scheme = read_scheme_file(SAMPLES / f"{told['scheme']}.toml")
    save_scheme(store, officer, scheme.document, dt.date(told["year"], 1, 1))
    titles = told["title_nb"], told["title_en"]
    story.call = plan_call(
        store, officer, scheme, titles, told["year"], told["opens"], told["closes"], at=at("2026-01-20")
    )
    set_frame(store, officer, story.call, story.version("call", story.call), story.frame)
    open_call(store, officer, story.call, story.version("call", story.call), at=at("2026-02-01", "08:00"))


def apply(story: Story) -> None:
    """Each organiser makes its forecast, locks it, and sends its application; the call closes after its last second."""
    for number, one in enumerate(story.told["case"]):
        story.applications[one["key"]] = _sent(story, one, at("2026-03-01", f"{18 + number}:59:59"))
    close_call(
        story.store, story.who("officer"), story.call, story.version("call", story.call), at=at("2026-03-02", "00:00")
    )


def _sent(story: Story, one: Mapping[str, Any], moment: dt.datetime) -> int:
    store, applicant, officer = story.store, story.who("applicant"), story.who("officer")
    who = one["organisation"]
    organisation = register_organisation(store, applicant, who["number"], who["name"], who["kind"], at=moment)
    asked = ask_mandate(store, applicant, organisation, at=moment)
    confirm_mandate(store, officer, _mandate(story, asked), "utskrift av 1. februar (eksempel)", _LAST, at=moment)
    forecast = lock_estimate(store, applicant, _event(story, one), reference_in(), draws=_DRAWS)
    id = start_application(store, applicant, story.call, organisation, at=moment)
    document = {**ore(dict(one["document"])), "account": one["account"], "estimate": forecast}
    save_draft(store, applicant, id, document, {}, at=moment)
    submit(store, applicant, id, story.version("application", id), at=moment)
    payee = waiting_payee(store.db, organisation)
    assert payee is not None
    confirm_payee(store, officer, payee, "Ringte nummeret i registeret; kontoen stemmer (eksempel).", at=moment)
    return id


def _mandate(story: Story, id: int) -> Mandate:
    return next(one for one in list_mandates(story.store, story.who("officer")) if one.id == id)


def _event(story: Story, one: Mapping[str, Any]) -> int:
    """The organiser's own event: its visitors and nights, as assumptions."""

    def assumed(value: float) -> dict[str, Any]:
        return {"value": value, "evidence": "assumed", "source": "oppdiktet til eksempelet"}

    said, key = one["document"], one["key"]
    about = {name: said[name] for name in ("municipality", "first_day", "last_day")}
    names = {
        "name_nb": said["title"],
        "name_en": said["title"],
        "kind": "festival",
        "price_year": story.told["year"] - 2,
    }
    guests = {"name": "Gjester", "role": "spectator", "home": "norway", "visits": assumed(one["visitors"])}
    stay = {
        "days_per_person": assumed(1),
        "nights_per_person": assumed(one["nights"]),
        "commercial_share": assumed(0.5),
    }
    spend = {"spend": {"food_service": assumed(300), "accommodation": assumed(700)}}
    document = {"event": {"id": f"eksempel-{key}", **about, **names}, "audience": [{**guests, **stay, **spend}]}
    return create_event(story.store, story.who("applicant"), document, state="confirmed")


def review(story: Story) -> None:
    """Cases are taken up, conflicts declared, scores given, and a recommendation made for each.

    A member of the board is in doubt about the festival: the body finds him disqualified, and his deputy takes part.
    """
    store, officer, chair = story.store, story.who("officer"), story.who("chair")
    member, other, deputy = story.people["board"]
    accept_suggestion(store, officer, dt.date(2026, 3, 12))
    for key, id in story.applications.items():
        take_up(store, officer, id, story.version("application", id), at=at("2026-03-03"))
        doubtful = other if key == "festival" else None
        for one in (officer, chair, member, other, deputy):
            if one == doubtful:
                declare(store, one, id, "doubt", "Søsteren arbeider for festivalen (eksempel).", at=at("2026-03-04"))
            else:
                declare(store, one, id, "none", at=at("2026-03-04"))
        if doubtful:
            votes = {one.id: True for one in (chair, member)}
            why = "Nært slektskap med en som arbeider for søkeren (eksempel)."
            rule_on(store, chair, id, doubtful.id, True, why, votes, at=at("2026-03-05"))
        _scored(story, key, id, (chair, member, deputy if doubtful else other))
        _recommended(story, key, id)


def _scored(story: Story, key: str, id: int, people: tuple[Actor, ...]) -> None:
    scheme = read_scheme_file(SAMPLES / f"{story.told['scheme']}.toml")
    for one, points in zip(people, story.case(key)["points"], strict=True):
        for criterion, given in zip(scheme.criteria, points, strict=True):
            score(story.store, one, id, criterion.key, given, "Oppdiktet til eksempelet.", at=at("2026-03-10"))


def _recommended(story: Story, key: str, id: int) -> None:
    store, officer, told = story.store, story.who("officer"), story.case(key)
    kind: GroundKind = "no_aid" if told["organisation"]["kind"] == "sports_club" else "de_minimis"
    six = dict.fromkeys(("advantage", "public_funds", "undertaking", "selective", "distorts"), True)
    conditions = {**six, "affects_trade": False} if kind == "no_aid" else {}
    set_aid_ground(store, officer, id, AidGround(kind, "Lokal virksomhet (eksempel).", conditions=conditions))
    given = ore(told.get("amount"))
    grounds, conditions_ = "Oppdiktet til eksempelet.", told.get("conditions", ())
    version = story.version("application", id)
    recommend(
        store,
        officer,
        id,
        version,
        told["outcome"],
        given,
        grounds,
        conditions_,
        told.get("earmarks", ()),
        at=at("2026-03-12"),
    )


def meet(story: Story) -> None:
    """The agenda is locked, the board votes case by case, the chair reads out each decision, and signs the minutes."""
    store, officer, chair = story.store, story.who("officer"), story.who("chair")
    accept_suggestion(store, officer, dt.date(2026, 3, 26))
    story.meeting = plan_meeting(store, officer, "Styremøte 1 (eksempel)", dt.date(2026, 3, 26), at=at("2026-03-13"))
    items = {
        key: put_on(store, officer, story.meeting, id, at=at("2026-03-13")) for key, id in story.applications.items()
    }
    lock_agenda(store, officer, story.meeting, story.version("meeting", story.meeting), at=at("2026-03-19"))
    for one in (chair, *story.people["board"]):
        attend(store, one, story.meeting, one.id, at=at("2026-03-26", "09:00"))
    for key, item in items.items():
        _decided(story, key, item)
    hold(store, chair, story.meeting, story.version("meeting", story.meeting), at=at("2026-03-26", "11:30"))
    sign(store, chair, story.meeting, story.version("meeting", story.meeting), at=at("2026-03-27"))


def _decided(story: Story, key: str, item: int) -> None:
    store, chair = story.store, story.who("chair")
    member, other, deputy = story.people["board"]
    proposal, moment = _proposal(story.case(key)), at("2026-03-26", "10:00")
    for one in (chair, member, deputy if key == "festival" else other):
        cast(store, one, item, "for", proposal, at=moment)
    application = item_at(store.db, item).application
    read_out(store, chair, item, story.version("application", application), proposal, at=moment)
    query = "SELECT id FROM award WHERE application = ?"
    if found := store.db.execute(query, [application]).fetchone():
        story.awards[key] = found[0]


def _proposal(told: Mapping[str, Any]) -> Proposal:
    said, outcome, given = told["document"], told["outcome"], ore(told.get("amount"))
    grounds, conditions = "Oppdiktet til eksempelet.", tuple(told.get("conditions", ()))
    guarantee = loan = None
    if outcome == "guaranteed":
        guarantee = {
            "for_whom": told["organisation"]["name"],
            "purpose": f"Underskudd på {said['title']}",
            "kind": "underskuddsgaranti",
            "cap": given,
            "steps_down": "trappes ikke ned",
            "first": said["first_day"],
            "last": "2026-12-31",
            "needs_approval": False,
        }
    if outcome == "lent":
        loan = {"terms": "Rentefritt, betales tilbake innen 31. oktober 2026 (eksempel)."}
    earmarks = tuple(told.get("earmarks", ()))
    return Proposal(outcome, given, grounds, conditions, earmarks, guarantee, loan, bool(told.get("bid")))
