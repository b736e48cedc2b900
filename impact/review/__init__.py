"""What organiser, fund and businesses say of an event once it is over, and the lessons that come of it."""
