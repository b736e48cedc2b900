"""The payment file: what it says, that it is a pain.001.001.09, and what keeps a batch from becoming one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import xml.etree.ElementTree as ET
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from payment_batch import BATCH, FUND, PAYMENTS
from stdnum.no import kontonr, orgnr

from data.faults import Faults
from data.phrases import LANGUAGES
from fund.books.money import LARGEST
from fund.payout.credit_transfer import (
    NAMESPACE,
    Batch,
    Payer,
    Payment,
    check_unchanged,
    credit_transfer,
    decimal,
    faults_of,
)
from fund.payout.kid import is_kid, kid, modulus_11


@cache
def schema() -> xmlschema.XMLSchema:
    """The schema of ISO 20022, as the package sepaxml ships it."""
    return xmlschema.XMLSchema((files("sepaxml") / "schemas" / "pain.001.001.09.xsd").read_text(encoding="utf-8"))


def read(content: bytes) -> Batch:
    """The batch that a file holds, read apart from the code that wrote it."""
    root = ET.fromstring(content)
    names = {"": NAMESPACE}

    def text(element: ET.Element, path: str) -> str:
        return element.findtext(path, "", names)

    def party(parent: ET.Element, tag: str) -> tuple[str, str, str]:
        found = parent.find(tag, names)
        assert found is not None
        assert text(found, "Id/OrgId/Othr/SchmeNm/Cd") == "COID"
        assert text(parent, f"{tag}Acct/Id/Othr/SchmeNm/Cd") == "BBAN"
        return text(found, "Nm"), text(found, "Id/OrgId/Othr/Id"), text(parent, f"{tag}Acct/Id/Othr/Id")

    [whole] = root
    header, instruction = whole
    payments = []
    for one in instruction.findall("CdtTrfTxInf", names):
        amount = one.find("Amt/InstdAmt", names)
        assert amount is not None and amount.attrib == {"Ccy": "NOK"}
        ore = Decimal(amount.text or "") * 100
        reference = {
            "kid": one.findtext("RmtInf/Strd/CdtrRefInf/Ref", None, names),
            "message": one.findtext("RmtInf/Ustrd", None, names),
        }
        assert ore == int(ore)
        if reference["kid"]:
            assert text(one, "RmtInf/Strd/CdtrRefInf/Tp/CdOrPrtry/Cd") == "SCOR"
        payments.append(Payment(text(one, "PmtId/EndToEndId"), *party(one, "Cdtr"), int(ore), **reference))
    for totals in (header, instruction):
        assert int(text(totals, "NbOfTxs")) == len(payments)
        assert Decimal(text(totals, "CtrlSum")) * 100 == sum(payment.amount for payment in payments)
    customer = text(header, "InitgPty/Id/OrgId/Othr/Id")
    bank = text(instruction, "DbtrAgt/FinInstnId/BICFI")
    name, number, account = party(instruction, "Dbtr")
    payer = Payer(name, number, account, customer if customer != number else "", bank)
    assert text(instruction, "PmtInfId") == text(header, "MsgId")
    return Batch(
        text(header, "MsgId"),
        dt.datetime.fromisoformat(text(header, "CreDtTm")),
        dt.date.fromisoformat(text(instruction, "ReqdExctnDt/Dt")),
        payer,
        tuple(payments),
    )


def found(batch: Batch) -> list[tuple[str, str]]:
    """Place and code of every fault, each of which can be said in both languages; no file comes of the batch."""
    faults = faults_of(batch)
    with pytest.raises(Faults) as refused:
        credit_transfer(batch)
    assert refused.value.faults == tuple(faults)
    assert all(fault.line(lang) for fault in faults for lang in LANGUAGES)
    return [(fault.place, fault.code) for fault in faults]


def with_payment(**changes: Any) -> Batch:
    """The batch with its first payment changed."""
    return dataclasses.replace(BATCH, payments=(dataclasses.replace(PAYMENTS[0], **changes), *PAYMENTS[1:]))


# -- the file


def test_the_file_is_what_the_schema_wants_and_holds_the_batch() -> None:
    file = credit_transfer(BATCH)
    schema().validate(file.content.decode())
    assert read(file.content) == BATCH
    assert (file.name, file.count, file.amount) == ("UTB-2026-7.xml", 3, 25_123_451)
    text = file.content.decode("utf-8")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022')
    for written in ("<CtrlSum>251234.51<", ">50000.01<", "Ås &amp; Øvre Eksempel korps", "2026-03-02T10:30:15+01:00"):
        assert written in text


def test_amounts_are_exact_to_the_largest() -> None:
    for amount in (1, 9, 10, 99, 100, 101, *range(LARGEST - 200, LARGEST + 1)):
        text = decimal(amount)
        assert Decimal(text) * 100 == amount and text[-3] == "."


def test_the_schema_would_notice() -> None:
    broken = credit_transfer(BATCH).content.decode().replace("<PmtMtd>TRF</PmtMtd>", "")
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema().validate(broken)


def test_the_same_batch_gives_the_same_bytes() -> None:
    again = dataclasses.replace(BATCH, created=BATCH.created.astimezone(dt.timezone(dt.timedelta(hours=-5))))
    assert credit_transfer(BATCH) == credit_transfer(again)
    assert credit_transfer(BATCH).sha256 == hashlib.sha256(credit_transfer(BATCH).content).hexdigest()
    # Pinned: what the bank gets doesn't change unless somebody means it to.
    assert credit_transfer(BATCH).sha256 == "9fa24886f2a7283102328b96868f44d27849c803f7f8941751bbc750855a3030"


def test_the_banks_own_name_for_the_payer_and_the_banks_bic() -> None:
    batch = dataclasses.replace(BATCH, payer=dataclasses.replace(FUND, customer="FOND-01", bic="DNBANOKK"))
    content = credit_transfer(batch).content
    schema().validate(content.decode())
    assert read(content) == batch
    assert b"NOTPROVIDED" in credit_transfer(BATCH).content and b"NOTPROVIDED" not in content


def test_a_changed_file_is_noticed() -> None:
    file = credit_transfer(BATCH)
    check_unchanged(file.content, file.sha256)
    turned = file.content.replace(b"12340000011", b"12340000038")
    assert len(turned) == len(file.content)
    for changed in (turned, file.content + b" ", file.content[:-1], b""):
        with pytest.raises(Faults) as refused:
            check_unchanged(changed, file.sha256, file.name)
        assert refused.value.faults[0].code == "payment.changed"
        assert file.sha256[:12] in refused.value.faults[0].line("nb")


def _valid(digits: int, check: Any) -> st.SearchStrategy[str]:
    """Numbers of so many digits whose last one is right."""
    starts = st.text("0123456789", min_size=digits - 1, max_size=digits - 1)
    whole = starts.map(lambda start: next((start + end for end in "0123456789" if check(start + end)), ""))
    return whole.filter(bool)


ORGANISATIONS = _valid(9, orgnr.is_valid)
ACCOUNTS = _valid(11, lambda number: not number.startswith("0000") and kontonr.is_valid(number))
TEXTS = st.text(
    st.characters(codec="iso-8859-1", exclude_categories=("C", "Z"), exclude_characters="¤¦¨´¸¼½¾"), min_size=1
)
KIDS = st.text("0123456789", min_size=1, max_size=24).map(lambda start: start + modulus_11(start))


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    count = draw(st.integers(1, 6))
    payments = []
    for number in range(count):
        reference = draw(
            st.one_of(
                st.builds(dict, kid=KIDS), st.builds(dict, message=TEXTS.map(lambda text: " ".join(text[:140])[:139]))
            )
        )
        amount = draw(st.integers(1, LARGEST // count))
        name, number_of, account = draw(TEXTS)[:70], draw(ORGANISATIONS), draw(ACCOUNTS)
        payments.append(Payment(f"U-{number}", name, number_of, account, amount, **reference))
    created = draw(st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)))
    day = created.date() + dt.timedelta(days=draw(st.integers(1, 400)))
    return Batch("B-1", created.replace(microsecond=0), day, FUND, tuple(payments))


@given(batches())
@settings(max_examples=40)
def test_what_goes_in_stands_in_the_file(batch: Batch) -> None:
    file = credit_transfer(batch)
    schema().validate(file.content.decode())
    assert read(file.content) == batch
    assert file.amount == batch.amount


# -- what can't be paid


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"amount": 0}, "amount", "ledger.money.too_small"),
        ({"amount": -1}, "amount", "ledger.money.too_small"),
        ({"amount": LARGEST + 1}, "amount", "ledger.money.too_large"),
        ({"amount": 1.0}, "amount", "ledger.money.not_ore"),
        ({"amount": True}, "amount", "ledger.money.not_ore"),
        ({"amount": "100"}, "amount", "ledger.money.not_ore"),
        ({"kid": "12344"}, "kid", "payment.kid_and_message"),
        ({"message": None}, "message", "payment.no_reference"),
        ({"message": " "}, "message", "payment.no_text"),
        ({"message": "a" * 141}, "message", "payment.long"),
        ({"message": "to\nlinjer"}, "message", "payment.signs"),
        ({"message": "rate 1\N{NULL}"}, "message", "payment.signs"),
        ({"message": "tilskudd – rate"}, "message", "payment.signs"),
        ({"message": "10 €"}, "message", "payment.signs"),
        ({"message": None, "kid": "12345"}, "kid", "payment.kid"),
        ({"message": None, "kid": ""}, "kid", "payment.kid"),
        ({"message": None, "kid": "123 44"}, "kid", "payment.digits"),
        ({"name": ""}, "name", "payment.no_text"),
        ({"name": "x" * 71}, "name", "payment.long"),
        ({"name": " Korps"}, "name", "payment.edges"),
        ({"orgnr": "123456786"}, "orgnr", "identifier.organisation.check_digit"),
        ({"orgnr": "123 456 785"}, "orgnr", "payment.digits"),
        ({"account": "12340000012"}, "account", "identifier.account.check_digit"),
        ({"account": "1234"}, "account", "identifier.account.length"),
        ({"account": "1234.00.00011"}, "account", "payment.digits"),
        ({"account": FUND.account}, "account", "payment.own_account"),
        ({"id": ""}, "id", "payment.id"),
        ({"id": "U-" + "1" * 34}, "id", "payment.id"),
        ({"id": "U-Å"}, "id", "payment.id"),
        ({"id": "U-1\n"}, "id", "payment.id"),
        ({"id": "U-2"}, "id", "payment.same_id"),
    ],
)
def test_a_bad_payment_is_refused(changes: dict[str, Any], place: str, code: str) -> None:
    number = 2 if code == "payment.same_id" else 1
    assert found(with_payment(**changes)) == [(f"payments[{number}].{place}", code)]


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"name": "–"}, "payer.name", "payment.signs"),
        ({"orgnr": "1"}, "payer.orgnr", "identifier.organisation.length"),
        ({"account": "12345678901"}, "payer.account", "identifier.account.check_digit"),
        ({"customer": "fond 1"}, "payer.customer", "payment.id"),
        ({"bic": "DNBA"}, "payer.bic", "payment.bic"),
        ({"bic": "dnbanokk"}, "payer.bic", "payment.bic"),
    ],
)
def test_a_bad_payer_is_refused(changes: dict[str, Any], place: str, code: str) -> None:
    batch = dataclasses.replace(BATCH, payer=dataclasses.replace(FUND, **changes))
    assert (place, code) in found(batch)


def test_a_bad_batch_is_refused() -> None:
    assert found(dataclasses.replace(BATCH, payments=())) == [("payments", "payment.none")]
    assert found(dataclasses.replace(BATCH, id="UTB/7")) == [("id", "payment.id")]
    most = dataclasses.replace(PAYMENTS[0], amount=LARGEST)
    assert found(dataclasses.replace(BATCH, payments=(most, PAYMENTS[1]))) == [("payments", "payment.sum")]
    naive = dataclasses.replace(BATCH, created=BATCH.created.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        credit_transfer(naive)


def test_the_day_is_reckoned_in_oslo() -> None:
    late = dataclasses.replace(BATCH, created=dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC))
    assert credit_transfer(late).count == 3  # half past midnight on the third
    assert found(dataclasses.replace(late, execution_date=dt.date(2026, 3, 2))) == [("execution_date", "payment.past")]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    bad = Payment("æ", "", "1", "2", 0)
    batch = Batch("", BATCH.created, dt.date(2020, 1, 1), Payer("", "", ""), (bad, bad))
    places = {place for place, _ in found(batch)}
    own = {f"payments[{number}].{field}" for number in (1, 2) for field in ("id", "name", "orgnr", "account", "amount")}
    assert own | {"id", "execution_date", "payer.name", "payer.orgnr", "payer.account"} <= places


# -- KID


def test_a_kid_holds_by_either_modulus() -> None:
    for good in ("12344", "12343", "100001928231", "18", "00"):
        assert is_kid(good), good
    # The longest: 24 digits and a check digit.
    longest = "123456789012345678901234"
    assert is_kid(longest + modulus_11(longest)) and not is_kid("1" + longest + modulus_11("1" + longest))
    for bad in ("12345", "", "1", "-", "1234a", "12 344", "１２３４４", "12344\n", "123-44"):
        assert not is_kid(bad), bad


def test_modulus_11_may_end_in_a_hyphen() -> None:
    # Weights 2, 3, 4 … from the right: 6 × 2 = 12, 12 mod 11 = 1, 11 − 1 = 10.
    assert modulus_11("6") == "-" and is_kid("6-")
    assert modulus_11("1234") == "3"
    # 1 to 7 from the left: 7·2 + 6·3 + 5·4 + 4·5 + 3·6 + 2·7 + 1·2 = 106, 106 mod 11 = 7.
    assert modulus_11("1234567") == "4"
    assert modulus_11("0") == "0"


@given(st.text("0123456789", min_size=1, max_size=24), st.data())
def test_one_wrong_digit_breaks_modulus_11(start: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(start) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != start[place]]))
    assert modulus_11(start[:place] + other + start[place + 1 :]) != modulus_11(start)


def test_a_kid_as_people_write_it() -> None:
    assert kid(" 1000 0192 8231 ") == "100001928231"
    with pytest.raises(Faults) as refused:
        kid("1000 0192 8232", place="kid")
    assert refused.value.faults[0].code == "payment.kid"
