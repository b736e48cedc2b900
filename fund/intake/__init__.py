"""From a call to an application that was sent and found complete."""
