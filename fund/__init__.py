"""The arrangement fund: contributions, frames, awards, claims and the ledger that they are all booked in. No screen."""
