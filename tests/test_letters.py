"""Letters: what an award letter and a rejection letter say, in both languages, and what they leave out."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from applied import APPLICANT, BOARD, OFFICER, STRANGER, scheme
from awarded import AMOUNT, CHAIR, DECIDED, KR, accepted, applied, decided, offered, running, seen

from data.permission import Refused
from data.store import Store
from fund.award.awards import NewCondition
from fund.award.letters import award_letter, rejection_letter
from fund.rulebook.scheme_reading import read_scheme
from fund.rulebook.schemes import Scheme
from fund.state_aid.aid import NewAid, aid_rules, take_aid
from fund.state_aid.aid_grounds import AidGround, set_aid_ground
from fund.state_aid.euro import set_rate


def ruled(**sections: object) -> Scheme:
    return read_scheme({**scheme().document, **sections})


def lines(letter: dict[str, object], lang: str = "nb") -> str:
    both = letter["lines"]
    assert isinstance(both, dict) and len(both["nb"]) == len(both["en"])
    return "\n".join(both[lang]).replace("\xa0", " ")


def test_an_award_letter_has_the_terms_that_were_frozen(store: Store) -> None:
    rules = ruled(
        acceptance={"period": "3 weeks", "source": "x"},
        report={"period": "2 months", "source": "x"},
        withheld={"share": "10 %", "source": "x"},
        appeal={"period": "3 weeks", "source": "x"},
        clawback={"nb": "Støtten kan kreves tilbake.", "en": "The support can be claimed back.", "source": "x"},
    )
    conditions = ("Leieavtale med hallen.", NewCondition("Nevn fondet.", gates=False))
    award = offered(store, conditions=conditions, application=applied(store, rules))
    letter = award_letter(store, APPLICANT, award, at=DECIDED)
    assert (letter["number"], letter["amount"], letter["form"]) == ("2026-0001", AMOUNT, "grant")
    assert (letter["accept_by"], letter["appeal_by"]) == ("2026-12-25", "2026-12-25")
    assert [one["gates"] for one in letter["conditions"]] == [True, False]
    assert not letter["plan_set"] and [one["amount"] for one in letter["plan"]] == [18_000 * KR, 2_000 * KR]
    assert letter["revision_sha256"] and letter["de_minimis"] is None
    text = lines(letter)
    for part in ("20 000 kroner i tilskudd", "25. desember 2026", "10 prosent", "2 måneder", "kreves tilbake"):
        assert part in text, part
    assert "ordningen sier ikke" not in text.lower()
    assert json.loads(json.dumps(letter)) == letter


def test_what_the_scheme_says_nothing_about_is_said_to_be_so(store: Store) -> None:
    letter = award_letter(store, OFFICER, offered(store), at=DECIDED)
    assert letter["appeal_by"] is None
    assert lines(letter).count("ordningen sier ikke noe om den") == 2
    assert "ingen regel om klage" in lines(letter) and "no rule on appeals" in lines(letter, "en")


def test_a_guarantee_and_a_loan_are_offered_in_their_own_words(store: Store) -> None:
    guarantee = offered(store, "guarantee")
    loan = offered(store, "loan", application=seen(store, guarantee).application)
    assert "dekke underskudd" in lines(award_letter(store, OFFICER, guarantee, at=DECIDED))
    assert "et lån på 20 000 kroner" in lines(award_letter(store, OFFICER, loan, at=DECIDED))


def test_de_minimis_aid_is_told_with_what_counts_of_it(store: Store) -> None:
    award = offered(store)
    one = seen(store, award)
    set_aid_ground(store, OFFICER, one.application, AidGround("de_minimis", "Under taket."))
    assert award_letter(store, APPLICANT, award, at=DECIDED)["de_minimis"] is None  # nothing entered, nothing stated
    day = one.offered_on
    set_rate(store, OFFICER, day, "11,50", published=day, source="ECB")
    with store.write("test", "test.aid") as write:
        aid = NewAid("940155223", day, "grant", AMOUNT, "award", f"{one.number} ({award})")
        take_aid(write, aid, aid_rules(store, day))
    letter = award_letter(store, APPLICANT, award, at=DECIDED)
    assert letter["de_minimis"] == {"equivalent": AMOUNT}
    assert "bagatellmessig støtte" in lines(letter) and "de minimis aid" in lines(letter, "en")


def test_a_plan_that_is_set_stands_in_place_of_the_proposed_one(store: Store) -> None:
    letter = award_letter(store, OFFICER, running(store), at=DECIDED)
    assert letter["plan_set"] and "Utbetalingsplan:" in lines(letter)


def test_a_rejection_has_its_grounds_and_the_way_to_appeal(store: Store) -> None:
    id = applied(store, ruled(appeal={"period": "3 weeks", "source": "x"}))
    decision = decided(store, id, "rejected", None)
    letter = rejection_letter(store, APPLICANT, decision, at=DECIDED)
    assert letter["day"] == "2026-12-04" and letter["appeal_by"] == "2026-12-25"
    assert letter["lines"]["nb"][0] == "Søknad 2026-0001, «Eksempelcupen», er avslått."
    assert "Godt for byen." in lines(letter) and "25. desember 2026" in lines(letter)
    assert "vote" not in json.dumps(letter) and CHAIR.id not in json.dumps(letter)


def test_letters_are_for_their_own_and_for_who_handles_cases(store: Store) -> None:
    award = accepted(store)
    decision = seen(store, award).decision
    with pytest.raises(Refused):
        award_letter(store, STRANGER, award, at=DECIDED)
    with pytest.raises(LookupError):
        rejection_letter(store, OFFICER, decision, at=DECIDED)
    with pytest.raises(Refused):
        rejection_letter(store, BOARD, decision, at=DECIDED)
    assert award_letter(store, BOARD, award, at=DECIDED)["day"] == dt.date(2026, 12, 4).isoformat()
