"""What the bank answers to a payment file: payments accepted or rejected (pain.002), booked or returned (camt.054).

    answer = read_answer(content, batches)
    for result in answer.results: ...

Every result is one line of one of the batches, found by its end-to-end id, with the bank's reason and text. An answer
is believed whole or not at all: ids that we never sent, amounts and counts that differ, another payer's account, the
same payment twice, are faults, found all at once and by their place in the file. Amounts are compared exactly.

The file is a stranger's: it is parsed within a size, without document types or entities (defusedxml). Whether the same
file was read before is the caller's to know, by ``message`` or ``sha256``.

Sources: the messages' definitions by ISO 20022; the codes are of its external code sets for payment transaction,
group and entry status. A status that says that the money has left the payer's account (ACSC, ACCC) is told as settled,
apart from booked: by its definition it isn't financial information, and a notification (camt.054) is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from data.faults import Fault, Faults, shown
from fund.payout.credit_transfer import Batch, Payment, sha256

MAX_BYTES = 5_000_000
"""More than a notification of a thousand payments takes."""
READ = ("pain.002.001.03", "pain.002.001.10", "camt.054.001.02", "camt.054.001.08")
"""The versions that are read."""

Outcome = Literal["pending", "accepted", "settled", "rejected", "booked", "returned"]
_STATUS: dict[str, Outcome] = {
    **dict.fromkeys(("RCVD", "PDNG", "PATC"), "pending"),
    **dict.fromkeys(("ACTC", "ACCP", "ACSP", "ACWC", "ACWP", "ACFC"), "accepted"),
    **dict.fromkeys(("ACSC", "ACCC"), "settled"),
    **dict.fromkeys(("RJCT", "CANC"), "rejected"),
}
_PART = "PART"
"""Of a group: some of its payments were accepted, and those that aren't named are still unknown."""
_NOT_BOOKED = ("PDNG", "INFO", "FUTR")
_NO_ID = ("", "NOTPROVIDED")
_DOCUMENT = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3}\.\d{3}\.\d{2})\}Document")
_DECIMAL = re.compile(r"\+?(?:[0-9]{1,16}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})")


@dataclass(frozen=True)
class Reason:
    """Why, in the bank's words: a code (or the bank's own word for one) and a text; either may be empty."""

    code: str
    text: str


@dataclass(frozen=True)
class Result:
    """What became of one payment of ``amount`` øre. ``day`` is that of the bank's books, where it is booked."""

    batch: str
    payment: str
    outcome: Outcome
    amount: int
    day: dt.date | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One answer, ``message`` being the bank's id of it. ``others``: movements on the account that aren't ours."""

    message: str
    version: str
    sha256: str
    results: tuple[Result, ...]
    others: int = 0


def read_answer(content: bytes, batches: Sequence[Batch], file: str = "") -> Answer:
    """Read an answer to ``batches``, all that the bank may be answering to. Raises :class:`Faults`."""
    version, document = _opened(content, file)
    reading = _StatusReport(file, batches) if version.startswith("pain") else _Notification(file, batches)
    message = reading.read(document)
    if reading.faults:
        raise Faults(reading.faults)
    results = tuple(reading.results.values())
    return Answer(message, version, sha256(content), results, reading.others)


def _opened(content: bytes, file: str) -> tuple[str, Element]:
    """The version of the message and its document, the names of its own namespace without it."""
    if len(content) > MAX_BYTES:
        raise Faults([Fault(file, "", "", "payment.answer.too_large", {"bytes": len(content), "most": MAX_BYTES})])
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Faults([Fault(file, "", "", "payment.answer.declares")]) from None
    except (ParseError, ValueError, LookupError) as error:  # the last two: an encoding that isn't what it says
        raise Faults([Fault(file, "", "", "payment.answer.not_xml", {"reason": str(error)})]) from None
    found = _DOCUMENT.fullmatch(root.tag)
    version = found[1] if found else ""
    if version not in READ:
        kind = "payment.answer.version" if version[:8] in {one[:8] for one in READ} else "payment.answer.not_an_answer"
        raise Faults([Fault(file, "", shown(version or root.tag), kind, {"read": ", ".join(READ)})])
    own = root.tag.removesuffix("Document")
    for element in root.iter():
        element.tag = element.tag.removeprefix(own)
    return version, root


class _Reading:
    """What both kinds of answers need: the lines that were sent, and the faults so far."""

    def __init__(self, file: str, batches: Sequence[Batch]) -> None:
        self.file = file
        self.batches = {batch.id: batch for batch in batches}
        self.lines = {payment.id: (batch, payment) for batch in batches for payment in batch.payments}
        if len(self.lines) != sum(len(batch.payments) for batch in batches):
            raise ValueError("the same end-to-end id stands in two places of what was sent")
        self.faults: list[Fault] = []
        self.results: dict[tuple[str, Outcome], Result] = {}
        self.others = 0

    def fault(self, place: str, value: str, code: str, **figures: object) -> None:
        self.faults.append(Fault(self.file, place, shown(value), f"payment.answer.{code}", figures))

    def needed(self, element: Element, path: str, place: str) -> str:
        """The text at ``path``; a fault where there is none."""
        if not (found := _text(element, path)):
            self.fault(_at(place, path), "", "missing")
        return found

    def whole(self, document: Element, tag: str) -> Element:
        if (found := document.find(tag)) is None:
            raise Faults([Fault(self.file, tag, "", "payment.answer.missing")])
        return found

    def message(self, element: Element) -> str:
        return self.needed(element, "GrpHdr/MsgId", "")

    def payment(self, sent: str, place: str) -> tuple[Batch, Payment] | None:
        """The line that has the end-to-end id ``sent``; a fault where none has."""
        if sent not in self.lines:
            self.fault(place, sent, "unknown_payment")
        return self.lines.get(sent)

    def ore(self, element: Element | None, place: str) -> int | None:
        """An amount in øre; None where there is none, or where it isn't one in kroner, which is a fault."""
        if element is None:
            return None
        text = (element.text or "").strip()
        currency = element.get("Ccy", "NOK" if element.tag == "OrgnlCtrlSum" else "")
        if currency != "NOK":
            self.fault(place, f"{currency} {text}", "currency")
            return None
        if not _DECIMAL.fullmatch(text) or (exact := Decimal(text) * 100) != exact.to_integral_value():
            self.fault(place, text, "amount")
            return None
        return int(exact)

    def same_ore(self, element: Element, path: str, sent: int, place: str) -> None:
        """A fault where the amount at ``path``, if there is one, isn't the ``sent``."""
        found = self.ore(element.find(path), _at(place, path))
        if found is not None and found != sent:
            self.fault(_at(place, path), "", "differs", ore_found=found, ore_sent=sent)

    def same_count(self, element: Element, path: str, sent: int, place: str) -> None:
        found = _text(element, path)
        if found and not (found.isdecimal() and len(found) <= 15 and int(found) == sent):
            self.fault(_at(place, path), found, "count", sent=sent)

    def keep(self, result: Result, place: str) -> None:
        if (key := (result.payment, result.outcome)) in self.results:
            self.fault(place, result.payment, "twice")
        self.results.setdefault(key, result)


# -- pain.002


@dataclass(frozen=True)
class _Told:
    """What is said of a whole: its outcome, None where it says nothing of each payment in it, and why."""

    outcome: Outcome | None
    reasons: tuple[Reason, ...]


class _StatusReport(_Reading):
    """pain.002: what is said of a payment goes before what is said of its instruction, and that before the group's."""

    def __init__(self, file: str, batches: Sequence[Batch]) -> None:
        super().__init__(file, batches)
        self.named: set[str] = set()

    def read(self, document: Element) -> str:
        report = self.whole(document, "CstmrPmtStsRpt")
        group = report.find("OrgnlGrpInfAndSts")
        if group is None:
            self.fault("OrgnlGrpInfAndSts", "", "missing")
            return self.message(report)
        place = "OrgnlGrpInfAndSts"
        batch = self.answered(group, place)
        whole = above = self.told(group, "GrpSts", place, _Told(None, ()))
        for number, instruction in enumerate(report.findall("OrgnlPmtInfAndSts"), 1):
            at = f"OrgnlPmtInfAndSts[{number}]"
            told = self.instruction(instruction, at, batch, above)
            if number > 1 and told.outcome != whole.outcome:
                self.fault(f"{at}/PmtInfSts", _text(instruction, "PmtInfSts"), "contradicts")
            whole = told
        if batch and whole.outcome:
            for payment in (one for one in batch.payments if one.id not in self.named):
                self.keep(Result(batch.id, payment.id, whole.outcome, payment.amount, None, whole.reasons), place)
        if not self.faults and not self.results:
            self.fault("", "", "says_nothing")
        return self.message(report)

    def answered(self, group: Element, place: str) -> Batch | None:
        """The batch that the report answers to."""
        kind = _text(group, "OrgnlMsgNmId")
        if not kind.startswith("pain.001"):
            self.fault(f"{place}/OrgnlMsgNmId", kind, "other_kind")
        sent = self.needed(group, "OrgnlMsgId", place)
        if not (batch := self.batches.get(sent)):
            if sent:
                self.fault(f"{place}/OrgnlMsgId", sent, "unknown_batch")
            return None
        self.totals(group, place, batch)
        return batch

    def totals(self, element: Element, place: str, batch: Batch) -> None:
        self.same_count(element, "OrgnlNbOfTxs", len(batch.payments), place)
        self.same_ore(element, "OrgnlCtrlSum", batch.amount, place)

    def instruction(self, instruction: Element, place: str, batch: Batch | None, group: _Told) -> _Told:
        sent = self.needed(instruction, "OrgnlPmtInfId", place)
        if batch:
            self.totals(instruction, place, batch)
            if sent and sent != batch.id:
                self.fault(f"{place}/OrgnlPmtInfId", sent, "other_batch", batch=batch.id)
        told = self.told(instruction, "PmtInfSts", place, group)
        for number, transaction in enumerate(instruction.findall("TxInfAndSts"), 1):
            self.transaction(transaction, f"{place}/TxInfAndSts[{number}]", batch, told)
        return told

    def transaction(self, transaction: Element, place: str, batch: Batch | None, above: _Told) -> None:
        sent = self.needed(transaction, "OrgnlEndToEndId", place)
        told = self.told(transaction, "TxSts", place, above)
        line = self.payment(sent, f"{place}/OrgnlEndToEndId") if sent else None
        if line and batch and line[0] != batch:
            self.fault(f"{place}/OrgnlEndToEndId", sent, "other_batch", batch=batch.id)
        if sent in self.named:
            self.fault(place, sent, "twice")
        self.named.add(sent)
        if line:
            self.same_ore(transaction, "OrgnlTxRef/Amt/InstdAmt", line[1].amount, place)
            if told.outcome:
                self.keep(Result(line[0].id, sent, told.outcome, line[1].amount, None, told.reasons), place)

    def told(self, element: Element, tag: str, place: str, above: _Told) -> _Told:
        """What ``element`` says of itself, or else what is said ``above``."""
        reasons = tuple(_reason(one) for one in element.findall("StsRsnInf"))
        status = _text(element, tag)
        if not status:
            return _Told(above.outcome, reasons or above.reasons)
        outcome = _STATUS.get(status)
        if outcome is None and (status != _PART or tag == "TxSts"):
            self.fault(f"{place}/{tag}", status, "unknown_status")
        elif above.outcome == "rejected" != outcome:
            self.fault(f"{place}/{tag}", status, "contradicts")
        return _Told(outcome, reasons or (above.reasons if outcome == above.outcome else ()))


# -- camt.054


class _Notification(_Reading):
    """camt.054: what was booked on the account, ours and others'."""

    def read(self, document: Element) -> str:
        whole = self.whole(document, "BkToCstmrDbtCdtNtfctn")
        for number, notification in enumerate(whole.findall("Ntfctn"), 1):
            place = f"Ntfctn[{number}]"
            self.account(notification, place)
            for entry_number, entry in enumerate(notification.findall("Ntry"), 1):
                self.entry(entry, f"{place}/Ntry[{entry_number}]")
        return self.message(whole)

    def account(self, notification: Element, place: str) -> None:
        """The account must be one that we paid from, as 11 digits or as an IBAN that ends with them."""
        ours = {batch.payer.account for batch in self.batches.values()}
        iban, own = _text(notification, "Acct/Id/IBAN"), _text(notification, "Acct/Id/Othr/Id")
        digits = iban[4:] if iban.startswith("NO") else own
        if digits not in ours:
            self.fault(f"{place}/Acct", iban or own, "other_account")

    def entry(self, entry: Element, place: str) -> None:
        """One line of the account: one payment, or several booked together, each of which must be told of."""
        status = _text(entry, "Sts/Cd") or self.needed(entry, "Sts", place)
        if status and status != "BOOK" and status not in _NOT_BOOKED:
            self.fault(f"{place}/Sts", status, "unknown_status")
        total = self.ore(entry.find("Amt"), f"{place}/Amt")
        details = [
            (f"{place}/NtryDtls[{one}]/TxDtls[{two}]", transaction)
            for one, group in enumerate(entry.findall("NtryDtls"), 1)
            for two, transaction in enumerate(group.findall("TxDtls"), 1)
        ]
        if not details:
            self.undetailed(entry, place)
            return
        amounts = [self.amount(transaction, at) for at, transaction in details]
        if len(details) == 1 and amounts == [None]:
            amounts = [total]
        known = [amount for amount in amounts if amount is not None]
        if total is not None and len(known) == len(amounts) and sum(known) != total:
            self.fault(f"{place}/Amt", "", "sum", ore_found=total, ore_sum=sum(known))
        for (at, transaction), amount in zip(details, amounts, strict=True):
            self.transaction(entry, place, transaction, at, amount, status)

    def undetailed(self, entry: Element, place: str) -> None:
        """An entry without payments: a fault where it is one of our batches, booked as one sum."""
        for number, group in enumerate(entry.findall("NtryDtls"), 1):
            named = {_text(group, "Btch/MsgId"), _text(group, "Btch/PmtInfId")} & set(self.batches)
            if named:
                self.fault(f"{place}/NtryDtls[{number}]/Btch", min(named), "no_details")
                return
        self.others += 1

    def amount(self, transaction: Element, place: str) -> int | None:
        """A payment's own amount, which the versions have in different places."""
        for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
            if (found := transaction.find(path)) is not None:
                return self.ore(found, f"{place}/{path}")
        return None

    def transaction(
        self, entry: Element, entry_place: str, transaction: Element, place: str, amount: int | None, status: str
    ) -> None:
        """One payment, or what isn't ours: money in that isn't sent back, and money out without an id."""
        sent = _text(transaction, "Refs/EndToEndId")
        way = _text(transaction, "CdtDbtInd") or self.needed(entry, "CdtDbtInd", entry_place)
        ours = {_text(transaction, "Refs/MsgId"), _text(transaction, "Refs/PmtInfId")} & set(self.batches)
        if sent not in self.lines and not ours and (sent in _NO_ID or way == "CRDT"):
            self.others += 1
            return
        if way not in ("CRDT", "DBIT"):
            self.fault(f"{place}/CdtDbtInd", way, "unknown_status")
        line = self.payment(sent, f"{place}/Refs/EndToEndId")
        if line is None:
            return
        batch, payment = line
        if ours and batch.id not in ours:
            self.fault(f"{place}/Refs", sent, "other_batch", batch=batch.id)
        if amount is None:
            self.fault(f"{place}/Amt", "", "missing")
        elif amount != payment.amount:
            self.fault(f"{place}/Amt", "", "differs", ore_found=amount, ore_sent=payment.amount)
        outcome: Outcome = "returned" if way == "CRDT" else "booked"
        if status in _NOT_BOOKED:
            outcome = "pending"
        day = self.day(entry, entry_place) if outcome != "pending" else None
        reasons = tuple(_reason(one) for one in transaction.findall("RtrInf"))
        self.keep(Result(batch.id, sent, outcome, payment.amount, day, reasons), place)

    def day(self, entry: Element, place: str) -> dt.date | None:
        """The day in the bank's books."""
        text = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")
        try:
            return dt.date.fromisoformat(text[:10])
        except ValueError:
            self.fault(f"{place}/BookgDt", text, "day")
            return None


# -- small things


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _at(place: str, path: str) -> str:
    return f"{place}/{path}" if place else path


def _reason(element: Element) -> Reason:
    """A reason, in a status report or a return: a code of the standard, or the bank's own."""
    code = _text(element, "Rsn/Cd") or _text(element, "Rsn/Prtry")
    texts = (" ".join((one.text or "").split()) for one in element.findall("AddtlInf"))
    return Reason(code, " ".join(text for text in texts if text))
