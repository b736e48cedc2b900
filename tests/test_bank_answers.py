"""What is read of a bank's answer, and everything that keeps one from being believed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from payment_batch import BATCH, PAYMENTS

from data.faults import Faults
from data.phrases import LANGUAGES
from fund.payout.bank_answers import MAX_BYTES, READ, Answer, Reason, read_answer
from fund.payout.credit_transfer import credit_transfer

ANSWERS = Path(__file__).parent / "fixtures" / "bank_answers"
OTHER = dataclasses.replace(BATCH, id="UTB-2026-8", payments=(dataclasses.replace(PAYMENTS[0], id="U-9"),))
SENT = (BATCH, OTHER)


def content(name: str) -> str:
    return (ANSWERS / f"{name}.xml").read_text(encoding="utf-8")


def answer(text: str) -> Answer:
    return read_answer(text.encode(), SENT, "svar.xml")


def changed(name: str, *changes: tuple[str, str]) -> str:
    """An answer with some of its text exchanged, each the first time that it stands there."""
    text = content(name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def found(text: str | bytes) -> list[tuple[str, str]]:
    """Place and code of every fault, each of which can be said in both languages."""
    with pytest.raises(Faults) as refused:
        read_answer(text if isinstance(text, bytes) else text.encode(), SENT, "svar.xml")
    faults = refused.value.faults
    assert all(fault.file == "svar.xml" and fault.line(lang) for fault in faults for lang in LANGUAGES)
    return [(fault.place, fault.code.removeprefix("payment.answer.")) for fault in faults]


def outcomes(read: Answer) -> dict[str, str]:
    return {result.payment: result.outcome for result in read.results}


# -- what is read


def test_a_file_accepted_as_a_whole() -> None:
    read = answer(content("accepted"))
    assert outcomes(read) == {"U-1": "accepted", "U-2": "accepted", "U-3": "accepted"}
    assert [result.amount for result in read.results] == [20_000_000, 123_450, 5_000_001]
    assert {result.batch for result in read.results} == {"UTB-2026-7"}
    assert (read.message, read.version) == ("SVAR-1", "pain.002.001.03")
    assert read.sha256 == hashlib.sha256((ANSWERS / "accepted.xml").read_bytes()).hexdigest()


def test_some_rejected_with_the_banks_reasons() -> None:
    read = answer(content("partly"))
    assert outcomes(read) == {"U-1": "rejected", "U-2": "accepted", "U-3": "rejected"}
    assert read.results[0].reasons == (Reason("AC04", "Kontoen er avsluttet. Spør mottakeren."),)
    assert read.results[1].reasons == ()
    assert read.results[2].reasons == (Reason("KID-17", ""),)


def test_a_file_rejected_as_a_whole_gives_its_reason_to_each() -> None:
    read = answer(content("rejected"))
    assert outcomes(read) == {"U-1": "rejected", "U-2": "rejected", "U-3": "rejected"}
    assert {result.reasons for result in read.results} == {(Reason("AM05", "Filen er sendt før."),)}


def test_of_a_part_the_unnamed_stay_unknown() -> None:
    text = re.sub(r"<TxInfAndSts>\s*<OrgnlEndToEndId>U-[23].*?</TxInfAndSts>", "", content("partly"), flags=re.DOTALL)
    assert outcomes(answer(text)) == {"U-1": "rejected"}


def test_what_is_said_of_a_payment_goes_first() -> None:
    text = changed("partly", ("<PmtInfSts>PART", "<PmtInfSts>ACCP")).replace("<TxSts>ACSP</TxSts>", "")
    assert outcomes(answer(text)) == {"U-1": "rejected", "U-2": "accepted", "U-3": "rejected"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("RCVD", "pending"), ("PDNG", "pending"), ("ACTC", "accepted"), ("ACWC", "accepted"), ("ACSC", "settled")],
)
def test_statuses(status: str, outcome: str) -> None:
    assert set(outcomes(answer(changed("accepted", ("ACCP", status)))).values()) == {outcome}


def test_booked_in_the_older_version() -> None:
    read = answer(content("booked_02"))
    assert outcomes(read) == {"U-1": "booked", "U-2": "booked", "U-3": "booked"}
    assert {result.day for result in read.results} == {dt.date(2026, 3, 2)}
    assert read.others == 1


def test_booked_and_sent_back_in_the_newer_version() -> None:
    read = answer(content("booked_08"))
    assert [(one.payment, one.outcome) for one in read.results] == [
        ("U-1", "booked"),
        ("U-2", "booked"),
        ("U-3", "booked"),
        ("U-3", "returned"),
    ]
    assert read.results[3].day == dt.date(2026, 3, 3)
    assert read.results[3].reasons == (Reason("AC04", "Kontoen er avsluttet."),)
    assert read.others == 1


def test_an_entry_that_isnt_booked_yet() -> None:
    text = changed("booked_08", ("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>"))
    read = answer(text)
    assert [(one.outcome, one.day) for one in read.results[:3]] == [("pending", None)] * 3


def test_names_may_have_a_prefix() -> None:
    text = re.sub(r"<(/?)([A-Z])", r"<\1b:\2", content("partly")).replace("xmlns=", "xmlns:b=")
    assert "<b:Document xmlns:b=" in text
    assert answer(text).results == answer(content("partly")).results


# -- what isn't believed: pain.002


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "code"),
    [
        ("accepted", "<OrgnlMsgId>UTB-2026-7", "<OrgnlMsgId>UTB-1", "OrgnlGrpInfAndSts/OrgnlMsgId", "unknown_batch"),
        ("accepted", "<OrgnlMsgId>UTB-2026-7</OrgnlMsgId>", "", "OrgnlGrpInfAndSts/OrgnlMsgId", "missing"),
        ("accepted", "pain.001.001.09", "pain.008.001.08", "OrgnlGrpInfAndSts/OrgnlMsgNmId", "other_kind"),
        ("accepted", "<OrgnlNbOfTxs>3", "<OrgnlNbOfTxs>4", "OrgnlGrpInfAndSts/OrgnlNbOfTxs", "count"),
        ("accepted", "<OrgnlNbOfTxs>3", "<OrgnlNbOfTxs>³", "OrgnlGrpInfAndSts/OrgnlNbOfTxs", "count"),
        ("accepted", "251234.51", "251234.50", "OrgnlGrpInfAndSts/OrgnlCtrlSum", "differs"),
        ("accepted", "251234.51", "251234.511", "OrgnlGrpInfAndSts/OrgnlCtrlSum", "amount"),
        ("accepted", "251234.51", "-251234.51", "OrgnlGrpInfAndSts/OrgnlCtrlSum", "amount"),
        ("accepted", "251234.51", "2.5123451e5", "OrgnlGrpInfAndSts/OrgnlCtrlSum", "amount"),
        ("accepted", "ACCP", "JADA", "OrgnlGrpInfAndSts/GrpSts", "unknown_status"),
        ("accepted", "<GrpSts>ACCP</GrpSts>", "", "", "says_nothing"),
        ("accepted", "ACCP", "PART", "", "says_nothing"),
        ("accepted", "<MsgId>SVAR-1</MsgId>", "", "GrpHdr/MsgId", "missing"),
        (
            "partly",
            "<OrgnlPmtInfId>UTB-2026-7",
            "<OrgnlPmtInfId>X",
            "OrgnlPmtInfAndSts[1]/OrgnlPmtInfId",
            "other_batch",
        ),
        ("partly", "U-1<", "U-8<", "OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/OrgnlEndToEndId", "unknown_payment"),
        ("partly", "U-1<", "U-9<", "OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/OrgnlEndToEndId", "other_batch"),
        ("partly", "U-1<", "<", "OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/OrgnlEndToEndId", "missing"),
        ("partly", "U-2<", "U-1<", "OrgnlPmtInfAndSts[1]/TxInfAndSts[2]", "twice"),
        ("partly", "ACSP", "PART", "OrgnlPmtInfAndSts[1]/TxInfAndSts[2]/TxSts", "unknown_status"),
        ("partly", ">200000<", ">200000.01<", "OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/OrgnlTxRef/Amt/InstdAmt", "differs"),
        ("partly", 'Ccy="NOK"', 'Ccy="SEK"', "OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/OrgnlTxRef/Amt/InstdAmt", "currency"),
        ("partly", "<PmtInfSts>PART", "<PmtInfSts>RJCT", "OrgnlPmtInfAndSts[1]/TxInfAndSts[2]/TxSts", "contradicts"),
        ("partly", "<GrpSts>PART", "<GrpSts>RJCT", "OrgnlPmtInfAndSts[1]/PmtInfSts", "contradicts"),
    ],
)
def test_a_report_isnt_believed(name: str, old: str, new: str, place: str, code: str) -> None:
    faults = found(changed(name, (old, new)))
    assert faults[0] == (place, code) or (place, code) in faults
    assert len(faults) == 1 or code in ("unknown_batch", "other_batch", "twice", "missing")


def test_two_parts_of_a_report_must_agree() -> None:
    part = "<OrgnlPmtInfAndSts><OrgnlPmtInfId>UTB-2026-7</OrgnlPmtInfId><PmtInfSts>{}</PmtInfSts></OrgnlPmtInfAndSts>"
    parts = [part.format("ACCP"), part.format("RJCT")]
    text = changed("accepted", ("</OrgnlGrpInfAndSts>", "</OrgnlGrpInfAndSts>" + "".join(parts)))
    assert found(text) == [("OrgnlPmtInfAndSts[2]/PmtInfSts", "contradicts")]
    assert len(answer(text.replace("RJCT", "ACTC")).results) == 3


def test_all_faults_of_a_report_at_once() -> None:
    text = changed(
        "partly",
        ("<OrgnlNbOfTxs>3", "<OrgnlNbOfTxs>2"),
        ("251234.51", "1"),
        ("U-1<", "U-8<"),
        ("ACSP", "NEI"),
        ("U-3<", "U-2<"),
    )
    at = "OrgnlPmtInfAndSts[1]"
    assert found(text) == [
        (f"{at}/OrgnlNbOfTxs", "count"),
        (f"{at}/OrgnlCtrlSum", "differs"),
        (f"{at}/TxInfAndSts[1]/OrgnlEndToEndId", "unknown_payment"),
        (f"{at}/TxInfAndSts[2]/TxSts", "unknown_status"),
        (f"{at}/TxInfAndSts[3]", "twice"),
    ]


# -- what isn't believed: camt.054


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "code"),
    [
        ("booked_02", "12345678903", "12340000011", "Ntfctn[1]/Acct", "other_account"),
        ("booked_08", "NO7112345678903", "SE7112345678903", "Ntfctn[1]/Acct", "other_account"),
        ("booked_02", "<Sts>BOOK", "<Sts>KANSKJE", "Ntfctn[1]/Ntry[1]/Sts", "unknown_status"),
        ("booked_02", ">200000.00<", ">200000.01<", "Ntfctn[1]/Ntry[1]/NtryDtls[1]/TxDtls[1]/Amt", "differs"),
        ("booked_02", ">51234.51<", ">51234.52<", "Ntfctn[1]/Ntry[2]/Amt", "sum"),
        ("booked_02", 'Ccy="NOK">2', 'Ccy="EUR">2', "Ntfctn[1]/Ntry[1]/Amt", "currency"),
        ("booked_02", 'Ccy="NOK">2', ">2", "Ntfctn[1]/Ntry[1]/Amt", "currency"),
        ("booked_02", "U-1<", "U-8<", "Ntfctn[1]/Ntry[1]/NtryDtls[1]/TxDtls[1]/Refs/EndToEndId", "unknown_payment"),
        (
            "booked_02",
            "U-1<",
            "NOTPROVIDED<",
            "Ntfctn[1]/Ntry[1]/NtryDtls[1]/TxDtls[1]/Refs/EndToEndId",
            "unknown_payment",
        ),
        (
            "booked_02",
            "<MsgId>UTB-2026-7",
            "<MsgId>UTB-2026-8",
            "Ntfctn[1]/Ntry[1]/NtryDtls[1]/TxDtls[1]/Refs",
            "other_batch",
        ),
        ("booked_02", "<Dt>2026-03-02", "<Dt>2026-02-30", "Ntfctn[1]/Ntry[1]/BookgDt", "day"),
        (
            "booked_02",
            "<CdtDbtInd>DBIT",
            "<CdtDbtInd>UT",
            "Ntfctn[1]/Ntry[1]/NtryDtls[1]/TxDtls[1]/CdtDbtInd",
            "unknown_status",
        ),
        ("booked_08", ">1234.5<", ">1234.6<", "Ntfctn[1]/Ntry[1]/NtryDtls[1]/TxDtls[2]/Amt", "differs"),
        ("booked_08", "U-2<", "U-1<", "Ntfctn[1]/Ntry[1]/NtryDtls[1]/TxDtls[2]", "twice"),
        ("booked_08", "<MsgId>POST-2</MsgId>", "", "GrpHdr/MsgId", "missing"),
    ],
)
def test_a_notification_isnt_believed(name: str, old: str, new: str, place: str, code: str) -> None:
    faults = found(changed(name, (old, new)))
    assert (place, code) in faults
    # A wrong amount shows in the sum as well, and one that can't be read is also missing.
    assert {other for _, other in faults} - {code} <= {"sum", "missing", "differs"}


def test_a_batch_booked_as_one_sum_says_nothing_of_its_payments() -> None:
    text = re.sub(r"<TxDtls>\s*<Refs>\s*<PmtInfId>.*</TxDtls>", "", content("booked_02"), flags=re.DOTALL)
    assert found(text) == [("Ntfctn[1]/Ntry[2]/NtryDtls[1]/Btch", "no_details")]


def test_a_payment_without_an_amount_of_its_own() -> None:
    text = changed("booked_08", ('<Amt Ccy="NOK">1234.5</Amt>', ""))
    assert found(text) == [("Ntfctn[1]/Ntry[1]/NtryDtls[1]/TxDtls[2]/Amt", "missing")]


# -- files that aren't answers


def test_a_wrong_file_is_called_what_it_is() -> None:
    assert found(credit_transfer(BATCH).content) == [("", "not_an_answer")]
    assert found(changed("booked_08", ("camt.054.001.08", "camt.053.001.08"))) == [("", "not_an_answer")]
    assert found("<html/>") == [("", "not_an_answer")]
    assert found(changed("booked_08", ("camt.054.001.08", "camt.054.001.13"))) == [("", "version")]
    assert found(changed("booked_08", ("BkToCstmrDbtCdtNtfctn>", "Annet>"), ("/BkToCstmrDbtCdtNtfctn", "/Annet"))) == [
        ("BkToCstmrDbtCdtNtfctn", "missing")
    ]
    assert len(READ) == 4


@pytest.mark.parametrize("text", ["", "ikke XML", "<a>", "<a/><b/>", '<?xml version="1.0" encoding="tull"?><a/>'])
def test_what_isnt_xml(text: str) -> None:
    assert found(text) == [("", "not_xml")]
    assert found(b"\xff\xfe\x00") == [("", "not_xml")]


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE Document>",
        '<!DOCTYPE Document [<!ENTITY a "ha">]>',
        '<!DOCTYPE Document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE Document [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document SYSTEM "http://eksempel.no/x.dtd">',
    ],
)
def test_nothing_is_declared(declared: str) -> None:
    assert found(changed("accepted", ("<!-- Made up for the tests. -->", declared))) == [("", "declares")]


def test_size_and_depth() -> None:
    assert found(b" " * (MAX_BYTES + 1)) == [("", "too_large")]
    deep = MAX_BYTES // 7 - 10
    assert found(b"<a>" * deep + b"</a>" * deep) == [("", "not_an_answer")]


def test_ids_must_be_our_own_and_once() -> None:
    with pytest.raises(ValueError, match="two places"):
        read_answer(content("accepted").encode(), (BATCH, dataclasses.replace(BATCH, id="B-2")))


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_answer_is_read_as_sent_or_refused(data: st.DataObject) -> None:
    """Whatever a file becomes on its way, an amount or an id that we didn't send never comes out of it."""
    name = data.draw(st.sampled_from(["accepted", "partly", "rejected", "booked_02", "booked_08"]))
    raw = bytearray(content(name).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(raw) - 1))
        end = min(len(raw), start + data.draw(st.integers(0, 30)))
        raw[start:end] = data.draw(st.binary(max_size=4) | st.sampled_from([b"0", b"9", b"<", b"U-2", b"RJCT"]))
    try:
        read = read_answer(bytes(raw), SENT)
    except Faults as refused:
        assert all(fault.line("nb") for fault in refused.faults)
    else:
        sent = {(payment.id, payment.amount) for batch in SENT for payment in batch.payments}
        assert {(result.payment, result.amount) for result in read.results} <= sent
