"""Counts and registers after an event: what was counted, its baseline from earlier years, what the evaluation takes."""

from impact.counts.outcome import NightSold, chosen_visits, sold_by_night

__all__ = ["NightSold", "chosen_visits", "sold_by_night"]
