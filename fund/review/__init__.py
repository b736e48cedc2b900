"""The board before its meeting: seats, conflicts of interest, scores, recommendations."""
