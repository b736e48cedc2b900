"""What looks as if it tells who someone is, and what only has digits in it."""

from __future__ import annotations

import time

import pytest
from stdnum.no import fodselsnummer

from impact.survey.privacy import PERSONAL, looks_personal


def birth_number() -> str:
    """An invented birth number of the 1st of January 1900 that passes the sums."""
    for number in range(1000):
        nine = f"010100{number:03d}"
        for last in range(100):
            if fodselsnummer.is_valid(f"{nine}{last:02d}"):
                return f"{nine}{last:02d}"
    raise AssertionError


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Skriv til kari.eksempel@eksempel.no", {"email"}),
        ("kari (at) eksempel.no", {"email"}),
        ("Ring 91234567", {"phone"}),
        ("912 34 567", {"phone"}),
        ("nå meg på 73 12 34 56.", {"phone"}),
        ("+47 91234567", {"phone"}),
        ("0047 912 34 567", {"phone"}),
        ("tlf. 9123 4567", {"phone"}),
        ("call +46 70 123 45 67", {"phone"}),
        ("+48 123 456 789", {"phone"}),
        ("\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17", {"phone"}),
        ("912\u00a034\u00a0567", {"phone"}),
        ("Kari Eksempel 123456", {"name"}),
        ("Mitt navn er Kari", {"name"}),
        ("jeg heter ola og bor her", {"name"}),
        ("My name is Ola", {"name"}),
        ("Mvh Ola Eksempel", {"name"}),
        ("følg @kari_e på insta", {"handle"}),
        ("instagram.com/kari.e", {"handle"}),
        ("snap: kari99", {"handle"}),
        ("Kari Eksempel, 91234567, kari@eksempel.no", {"name", "phone", "email"}),
    ],
)
def test_what_tells_who_is_found(text: str, kinds: set[str]) -> None:
    assert set(looks_personal(text)) == kinds
    assert kinds <= set(PERSONAL)


@pytest.mark.parametrize("form", ["{}{}", "{} {}"])
def test_a_birth_number_is_found_by_its_sums(form: str) -> None:
    number = birth_number()
    assert "birth_number" in looks_personal(form.format(number[:6], number[6:]))
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "birth_number" not in looks_personal(form.format(wrong[:6], wrong[6:]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Vi brukte 15 000 kr",
        "15 000 000 kroner",
        "kr 45 000 000",
        "45000000 kr",
        "2025",
        "i 2024, 2025 og 2026",
        "29.05.2025",
        "29.05.2025 og 30.05.2025",
        "20250529",
        "29052025",
        "2025-05-29",
        "2024-2025",
        "229 000 billetter, 170 000 i skogen",
        "1 234 567,50",
        "Ski-VM 2025 i Trondheim",
        "Trondheim Spektrum tok 12 000 kr",
        "Sentrum Scene 150000 personer",
        "kl. 10.30-12.45",
        "orgnr 987654321",
        "7030 Trondheim",
        "Kjempefint @ Granåsen",
        "10 av 10",
        "Ring signalet var for lavt",
        "Navnet på arrangementet var bra",
        "50% dyrere enn i 2019",
    ],
)
def test_figures_and_dates_are_no_signs(text: str) -> None:
    assert looks_personal(text) == ()


def test_long_texts_take_no_time() -> None:
    start = time.perf_counter()
    for text in ("9" * 10_000, "a.b" * 5_000 + "@", "Aa " * 5_000 + "1", "+1 " * 4_000, "1 2" * 4_000, "@a" * 6_000):
        looks_personal(text)
    assert time.perf_counter() - start < 1
