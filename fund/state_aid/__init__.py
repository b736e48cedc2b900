"""State aid: what an undertaking has had, and how much room is left."""
