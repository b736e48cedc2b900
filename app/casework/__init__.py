"""The fund's cases on the screen: the list of work, the case before the board, what officers do with it, mandates."""
