"""Counts of an event on screen: their words, their form, and what was counted against what is ordinary."""
