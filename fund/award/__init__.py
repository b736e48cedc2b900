"""What was awarded: terms, plans, conditions, reports, the organiser's record."""
