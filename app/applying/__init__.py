"""An application, from the call that it answers to what came of it."""
