"""Reviews after an event on the screen: what is written theme by theme, and what was handed in."""
