"""The payment file for the bank: an ISO 20022 credit transfer, pain.001.001.09, of domestic payments in kroner.

    file = credit_transfer(Batch("UTB-2026-7", now, day, payer, (payment, ...)))
    file.content, file.sha256

The same batch gives the same bytes. Nothing is cut or changed to fit: what a bank wouldn't take is a fault, and no
file is made. Written as Norwegian banks read it:

- accounts of 11 digits as BBAN, a KID as a structured reference with the code SCOR, a message as unstructured text;
- one payment instruction with the batch's id, each payment booked by itself (BtchBookg false);
- text in UTF-8, and of the signs only what ISO 8859-1 and 8859-15 both have (Danske Bank's and Nordea's guides), which
  holds æ, ø, å; ids of letters, digits and hyphens (Nordea: no special signs in ids);
- where the payer's bank isn't known by its BIC, NOTPROVIDED (the European Payments Council's guidelines), since the
  schema wants something there.

Whether the day is a bank day isn't checked: the bank moves a payment to its next one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import bic

from data.clock import OSLO, day_at
from data.faults import Fault, Faults, shown
from fund.applicant.identifiers import bank_account, organisation_number
from fund.books.money import LARGEST, checked
from fund.payout.kid import kid

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_ID = 35
"""Max35Text in the schema."""
LONGEST_NAME = 70
"""The schema has 140; banks pass on 70, as in the version before."""
LONGEST_MESSAGE = 140
"""Max140Text in the schema."""
_ID = re.compile(rf"(?=.{{1,{LONGEST_ID}}}\Z)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Payer:
    """Who pays, and from which account (11 digits).

    ``customer`` is what the bank calls the payer in files, where it isn't the organisation number; ``bic`` the bank's.
    """

    name: str
    orgnr: str
    account: str
    customer: str = ""
    bic: str = ""


@dataclass(frozen=True)
class Payment:
    """One payment of ``amount`` øre, with either a KID or a message. ``id`` follows it all the way (end-to-end id)."""

    id: str
    name: str
    orgnr: str
    account: str
    amount: int
    kid: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class Batch:
    """Payments that go to the bank together, to be paid on ``execution_date``. ``created`` is aware; seconds count."""

    id: str
    created: dt.datetime
    execution_date: dt.date
    payer: Payer
    payments: tuple[Payment, ...]

    @property
    def amount(self) -> int:
        """The sum of the payments, in øre."""
        return sum(payment.amount for payment in self.payments)


@dataclass(frozen=True)
class PaymentFile:
    """A file for the bank, with what it holds in all. ``sha256`` is that of ``content``, in hexadecimal."""

    name: str
    content: bytes
    sha256: str
    count: int
    amount: int


def credit_transfer(batch: Batch) -> PaymentFile:
    """The file of ``batch``. Raises :class:`Faults` with everything that is wrong with the batch."""
    if found := faults_of(batch):
        raise Faults(found)
    document = ET.Element("Document", {"xmlns": NAMESPACE})
    _initiation(document, batch)
    ET.indent(document)
    content = b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(document, encoding="utf-8") + b"\n"
    return PaymentFile(f"{batch.id}.xml", content, sha256(content), len(batch.payments), batch.amount)


def sha256(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def check_unchanged(content: bytes, digest: str, file: str = "") -> None:
    """Raises :class:`Faults` where ``content`` isn't what the file with the SHA-256 ``digest`` was made with."""
    if not hmac.compare_digest(sha256(content), digest):
        raise Faults([Fault(file, "", "", "payment.changed", {"made": digest[:12], "now": sha256(content)[:12]})])


def faults_of(batch: Batch) -> list[Fault]:
    """Everything that keeps ``batch`` from becoming a file, by place; payments are counted from 1."""
    return [*_of_batch(batch), *_of_payer(batch.payer), *_of_payments(batch)]


# -- what is wrong


def _of_batch(batch: Batch) -> Iterator[Fault]:
    if batch.created.tzinfo is None:
        raise ValueError("the time that a batch was made needs its time zone")
    made = day_at(batch.created)
    if not _ID.fullmatch(batch.id):
        yield _fault("id", batch.id, "id", most=LONGEST_ID)
    if batch.execution_date < made:
        yield _fault("past", batch.execution_date.isoformat(), "execution_date", made=made.isoformat())
    if not batch.payments:
        yield _fault("none", "", "payments")


def _of_payer(payer: Payer) -> Iterator[Fault]:
    yield from _of_text(payer.name, "payer.name", LONGEST_NAME)
    yield from _of_numbers(payer.orgnr, payer.account, "payer")
    if payer.customer and not _ID.fullmatch(payer.customer):
        yield _fault("id", payer.customer, "payer.customer", most=LONGEST_ID)
    if payer.bic and not (bic.is_valid(payer.bic) and bic.compact(payer.bic) == payer.bic):
        yield _fault("bic", payer.bic, "payer.bic")


def _of_payments(batch: Batch) -> Iterator[Fault]:
    first: dict[str, int] = {}
    total = 0
    for number, payment in enumerate(batch.payments, 1):
        place = f"payments[{number}]"
        if not _ID.fullmatch(payment.id):
            yield _fault("id", payment.id, f"{place}.id", most=LONGEST_ID)
        elif (same := first.setdefault(payment.id, number)) != number:
            yield _fault("same_id", payment.id, f"{place}.id", other=same)
        yield from _of_text(payment.name, f"{place}.name", LONGEST_NAME)
        yield from _of_numbers(payment.orgnr, payment.account, place)
        if payment.account == batch.payer.account:
            yield _fault("own_account", payment.account, f"{place}.account")
        yield from _of_reference(payment, place)
        try:
            total += checked(payment.amount, f"{place}.amount")
        except Faults as wrong:
            yield from wrong.faults
    if total > LARGEST:
        yield _fault("sum", "", "payments", ore_sum=total, ore_largest=LARGEST)


def _of_reference(payment: Payment, place: str) -> Iterator[Fault]:
    if payment.kid is not None and payment.message is not None:
        yield _fault("kid_and_message", payment.kid, f"{place}.kid")
    if payment.kid is None and payment.message is None:
        yield _fault("no_reference", "", f"{place}.message")
    if payment.kid is not None:
        yield from _of_number(kid, payment.kid, f"{place}.kid")
    if payment.message is not None:
        yield from _of_text(payment.message, f"{place}.message", LONGEST_MESSAGE)


def _of_numbers(organisation: str, account: str, place: str) -> Iterator[Fault]:
    yield from _of_number(organisation_number, organisation, f"{place}.orgnr")
    yield from _of_number(bank_account, account, f"{place}.account")


def _of_number(read: Callable[..., str], text: str, place: str) -> Iterator[Fault]:
    """What is wrong with a number: as a number, or as one that is to be written as it stands."""
    try:
        digits = read(text, place=place)
    except Faults as wrong:
        yield from wrong.faults
    else:
        if digits != text:
            yield _fault("digits", text, place, digits=digits)


def _of_text(text: str, place: str, most: int) -> Iterator[Fault]:
    if not text.strip():
        yield _fault("no_text", "", place)
        return
    if text != text.strip():
        yield _fault("edges", text, place)
    if len(text) > most:
        yield _fault("long", text, place, signs=len(text), most=most)
    if foreign := sorted({sign for sign in text if not _written_by_banks(sign)}):
        signs = ", ".join(f"{sign if sign.isprintable() else ''} (U+{ord(sign):04X})".strip() for sign in foreign)
        yield _fault("signs", text, place, signs=signs)


def _written_by_banks(sign: str) -> bool:
    try:
        return sign.isprintable() and sign.encode("iso-8859-1") == sign.encode("iso-8859-15")
    except UnicodeEncodeError:
        return False


def _fault(code: str, value: str, place: str, **figures: object) -> Fault:
    return Fault("", place, shown(value), f"payment.{code}", figures)


# -- the file


def _initiation(document: ET.Element, batch: Batch) -> None:
    whole = _add(document, "CstmrCdtTrfInitn")
    header = _add(whole, "GrpHdr")
    _add(header, "MsgId", batch.id)
    _add(header, "CreDtTm", batch.created.astimezone(OSLO).isoformat(timespec="seconds"))
    _totals(header, batch)
    sender = _add(header, "InitgPty")
    _add(sender, "Nm", batch.payer.name)
    _organisation(sender, batch.payer.customer or batch.payer.orgnr, "CUST")

    instruction = _add(whole, "PmtInf")
    _add(instruction, "PmtInfId", batch.id)
    _add(instruction, "PmtMtd", "TRF")
    _add(instruction, "BtchBookg", "false")
    _totals(instruction, batch)
    _add(instruction, "PmtTpInf/SvcLvl/Cd", "NURG")
    _add(instruction, "ReqdExctnDt/Dt", batch.execution_date.isoformat())
    _party(instruction, "Dbtr", batch.payer)
    bank = "BICFI" if batch.payer.bic else "Othr/Id"
    _add(instruction, f"DbtrAgt/FinInstnId/{bank}", batch.payer.bic or "NOTPROVIDED")
    for payment in batch.payments:
        _transaction(_add(instruction, "CdtTrfTxInf"), payment)


def _transaction(transaction: ET.Element, payment: Payment) -> None:
    _add(transaction, "PmtId/EndToEndId", payment.id)
    _add(transaction, "Amt/InstdAmt", decimal(payment.amount)).set("Ccy", "NOK")
    _party(transaction, "Cdtr", payment)
    if payment.kid is not None:
        reference = _add(transaction, "RmtInf/Strd/CdtrRefInf")
        _add(reference, "Tp/CdOrPrtry/Cd", "SCOR")
        _add(reference, "Ref", payment.kid)
    else:
        _add(transaction, "RmtInf/Ustrd", payment.message)


def _party(parent: ET.Element, tag: str, party: Payer | Payment) -> None:
    named = _add(parent, tag)
    _add(named, "Nm", party.name)
    _add(named, "PstlAdr/Ctry", "NO")
    _organisation(named, party.orgnr, "COID")
    account = _add(parent, f"{tag}Acct/Id/Othr")
    _add(account, "Id", party.account)
    _add(account, "SchmeNm/Cd", "BBAN")


def _organisation(party: ET.Element, number: str, scheme: str) -> None:
    other = _add(party, "Id/OrgId/Othr")
    _add(other, "Id", number)
    _add(other, "SchmeNm/Cd", scheme)


def _totals(parent: ET.Element, batch: Batch) -> None:
    _add(parent, "NbOfTxs", str(len(batch.payments)))
    _add(parent, "CtrlSum", decimal(batch.amount))


def decimal(amount: int) -> str:
    """Øre as kroner with two decimals and a point, as files for banks have them."""
    return f"{amount // 100}.{amount % 100:02d}"


def _add(parent: ET.Element, path: str, text: str | None = None) -> ET.Element:
    """New elements below ``parent``, one below the other as ``path`` names them; the last has the text."""
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    parent.text = text
    return parent
