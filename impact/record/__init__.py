"""Forecasts held against what came of them: how much they miss, how often their ranges hold, and what was published."""
