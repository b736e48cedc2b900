"""Claims to test on: rules that withhold and pay by cost, two treasurers beside the first, and the bank's answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from applied import APPLICANT, KR, OFFICER, scheme
from awarded import DECIDED, running
from funded import TREASURER

from data.permission import Actor
from data.store import Store
from fund.payout.batches import make_batch, payments_of, set_payer
from fund.payout.claim_approval import approve_first, approve_second
from fund.payout.claim_steps import ClaimCase, case_at
from fund.payout.claiming import attach_to_claim, save_claim, start_claim, submit
from fund.payout.claims import Part
from fund.payout.credit_transfer import Payer
from fund.rulebook.scheme_reading import read_scheme
from fund.rulebook.schemes import Scheme

CASHIER = Actor("account:11", frozenset({"treasurer"}))
CHECKER = Actor("account:12", frozenset({"treasurer"}))
PAYER = Payer("Eksempelfondet", "111111111", "12345678903")
PAYDAY = dt.date(2026, 12, 7)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HALL = 180_000 * KR + 1
"""The cost of the budget that support may go to, in øre."""


def rules(**more: Any) -> Scheme:
    """Trondheim's rules for sports events with sections that they don't have; each with a made-up source."""
    return read_scheme({**scheme().document, **{name: _sourced(one) for name, one in more.items()}})


def _sourced(section: Any) -> Any:
    source = {"source": "oppdiktet for prøven"}
    return [{**one, **source} for one in section] if isinstance(section, list) else {**section, **source}


BY_COST = {
    "payout": {
        "parts": [{"when": "before_event", "share": "1/2"}, {"when": "after_accounts", "share": "1/2"}],
        "pro_rata": True,
    },
    "withheld": {"share": "25 %"},
    "attestation": [{"by": "own_signature", "from_nok": 0}, {"by": "accountant", "from_nok": 15_000}],
}


def seen(store: Store, claim: int, at: dt.datetime = DECIDED) -> ClaimCase:
    with store.read() as db:
        return case_at(db, claim, at)


def version(store: Store, claim: int) -> int:
    return seen(store, claim).claim.version


def state(store: Store, claim: int) -> str:
    return seen(store, claim).claim.state


def costs(hall: int = HALL, **more: Any) -> dict[str, Any]:
    """What the event cost: the hall, and prizes that support doesn't go to."""
    rows = [{"name": "Leie av hall", "amount": hall}, {"name": "Premier", "amount": 20_000 * KR}]
    return {"cost": rows, "income": [{"name": "Billetter", "amount": 150_000 * KR}], **more}


def written(store: Store, award: int, part: Part = "part", *, at: dt.datetime = DECIDED, **document: Any) -> int:
    """A draft with this document; a final one has its accounts and an accountant's word."""
    claim = start_claim(store, APPLICANT, award, part, at=at)
    save_claim(store, APPLICANT, claim, version(store, claim), document, at=at)
    if part == "final":
        for purpose in ("accounts", "attestation"):
            attach_to_claim(store, APPLICANT, claim, purpose, f"{purpose}.pdf", PDF + purpose.encode(), at=at)
    return claim


def submitted(store: Store, award: int, part: Part = "part", *, at: dt.datetime = DECIDED, **document: Any) -> int:
    claim = written(store, award, part, at=at, **document)
    submit(store, APPLICANT, claim, version(store, claim), at=at)
    return claim


def approved(store: Store, claim: int, *, at: dt.datetime = DECIDED, **less: Any) -> int:
    """The claim, approved by the officer and the treasurer."""
    approve_first(store, OFFICER, claim, version(store, claim), at=at, **less)
    approve_second(store, TREASURER, claim, version(store, claim), at=at)
    return claim


def in_file(store: Store, *claims: int, day: dt.date = PAYDAY, at: dt.datetime = DECIDED) -> int:
    """A payment file of approved claims, made by the cashier: its number."""
    set_payer(store, CASHIER, PAYER, at=at)
    return make_batch(store, CASHIER, [(one, version(store, one)) for one in claims], day, at=at).batch


def sent(store: Store, amount: int = 5_000 * KR, **rest: Any) -> tuple[int, int]:
    """A claim of a running award in a payment file: the claim and its payment."""
    claim = approved(store, submitted(store, running(store, **rest), amount=amount))
    in_file(store, claim)
    with store.read() as db:
        return claim, payments_of(db)[-1].id


def booked_by_bank(*lines: tuple[str, int, str], message: str = "M-1") -> bytes:
    """A notification (camt.054) of payments: (end-to-end id, øre, DBIT or CRDT)."""
    entries = "".join(_entry(*line) for line in lines)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-12-08T06:00:00</CreDtTm></GrpHdr>
<Ntfctn><Id>N1</Id><CreDtTm>2026-12-08T06:00:00</CreDtTm>
<Acct><Id><Othr><Id>{PAYER.account}</Id></Othr></Id></Acct>{entries}</Ntfctn>
</BkToCstmrDbtCdtNtfctn></Document>""".encode()


def _entry(payment: str, amount: int, way: str) -> str:
    money = f'<Amt Ccy="NOK">{amount // 100}.{amount % 100:02d}</Amt>'
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Kontoen er avsluttet</AddtlInf></RtrInf>" if way == "CRDT" else ""
    return (
        f"<Ntry>{money}<CdtDbtInd>{way}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-12-08</Dt></BookgDt>"
        "<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{payment}</EndToEndId></Refs>{back}</TxDtls></NtryDtls></Ntry>"
    )


def rejected_by_bank(batch: str, payment: str, amount: int, *, message: str = "S-1") -> bytes:
    """A status report (pain.002) in which one payment is rejected."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-12-07T10:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>{payment}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>Ukjent konto</AddtlInf></StsRsnInf>
<OrgnlTxRef><Amt><InstdAmt Ccy="NOK">{amount // 100}.{amount % 100:02d}</InstdAmt></Amt></OrgnlTxRef>
</TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>""".encode()
