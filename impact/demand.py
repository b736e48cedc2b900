"""From purchasers' prices to final demand by industry at basic prices (method, section 6).

VAT (and excise) is taken out and shown; of goods only the trade margin and the area's own production stay; what else
leaves is leakage. The bridge closes in every column:
audience spending − displaced spending + organiser net = final demand + VAT + leakage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from impact.draws import Columns
from impact.effects import Economy
from impact.event import Event
from impact.reference import Conversion
from impact.spending import Amount, AreaSpending

RETAIL, WHOLESALE = "R47", "R46"


@dataclass(frozen=True)
class FinalDemand:
    """``by_industry`` kroner at basic prices; ``lodging`` is the part that accommodation makes; VAT, leakage."""

    by_industry: dict[str, Amount]
    lodging: Amount
    vat: Amount
    leakage: Amount

    @property
    def total(self) -> Amount:
        return sum((self.by_industry[code] for code in sorted(self.by_industry)), 0.0)


def final_demand(
    event: Event, spending: AreaSpending, economy: Economy, conversion: Conversion, x: Columns
) -> FinalDemand:
    """Final demand of one study area, from its spending after displacement and the organiser's cost lines."""
    demand: dict[str, Amount] = {}
    vat: Amount = 0.0
    lodging: Amount = 0.0
    leakage: Amount = spending.organiser.unplaced
    delta = x.parameter("flq.delta")

    def book(code: str, amount: Amount) -> None:
        demand[code] = demand.get(code, 0.0) + amount

    rates, excise = x.parameters.under("vat"), x.parameters.under("excise")
    for category, gross in sorted(spending.after.items()):
        net = without_tax(category, gross, rates, excise)
        vat = vat + (gross - net)
        for code, part in sorted(x.parameters.under(f"industries.service.{category}").items()):
            book(code, net * part)
            if category == "accommodation":
                lodging = lodging + net * part
        for code, part in sorted(x.parameters.under(f"industries.goods.{category}").items()):
            stays = goods(code, net * part, economy, conversion, delta, x.parameter("trade.retail_share"))
            for industry, amount in stays.items():
                book(industry, amount)
            leakage = leakage + (net * part - sum(stays.values(), 0.0))
    for cost in event.costs:
        line = spending.organiser.lines[cost.name]
        net = line / (1 + x.number(cost.vat_rate, f"organiser_cost/{cost.name}/vat_rate"))
        vat = vat + (line - net)
        book(cost.industry, net)
    return FinalDemand(demand, lodging, vat, leakage)


def without_tax(category: str, gross: Amount, rates: Mapping[str, float], excise: Mapping[str, float]) -> Amount:
    """What is left of ``gross`` kroner in a category when VAT and excise are taken out."""
    return gross / (1 + rates[category]) * (1 - excise.get(category, 0.0))


def goods(
    code: str, net: Amount, economy: Economy, conversion: Conversion, delta: Amount, retail_share: Amount
) -> dict[str, Amount]:
    """What stays of ``net`` kroner of product ``code``, VAT taken out: retail, wholesale, the area's own production."""
    margin = net * conversion.margin_share[code]
    made_here = 1 - conversion.import_share[code]
    return {
        RETAIL: margin * retail_share,
        WHOLESALE: margin * (1 - retail_share) * economy.supply_share(WHOLESALE, delta),
        code: (net - margin) * economy.supply_share(code, delta) * made_here,
    }
