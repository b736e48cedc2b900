"""A batch of three invented payments, which the made-up answers in ``fixtures/bank_answers`` answer.

The numbers have right check digits and belong to nobody: no organisation has one that begins with 1 to 4.
"""

from __future__ import annotations

import datetime as dt

from fund.payout.credit_transfer import Batch, Payer, Payment

FUND = Payer("Eksempelfondet", "111111111", "12345678903")
PAYMENTS = (
    Payment("U-1", "Eksempel idrettslag", "222222222", "12340000011", 20_000_000, message="Tilskudd 2026-4, rate 1"),
    Payment("U-2", "Ås & Øvre Eksempel korps", "333333333", "12340000038", 123_450, kid="100001928231"),
    Payment("U-3", "Eksempel festival", "444444444", "12340000038", 5_000_001, kid="12343"),
)
BATCH = Batch("UTB-2026-7", dt.datetime(2026, 3, 2, 9, 30, 15, tzinfo=dt.UTC), dt.date(2026, 3, 3), FUND, PAYMENTS)
