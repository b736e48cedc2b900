"""The cases of a call beside each other: their ranking, and plans for the frame; and awards on the public page."""
