"""Three plans for a frame, and what each case would take; never a decision."""
