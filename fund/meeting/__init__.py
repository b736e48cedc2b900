"""The board's meeting: agenda, votes, decisions, minutes, appeals."""
