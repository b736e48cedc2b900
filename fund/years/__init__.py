"""The portfolio over years: what the ledger says of each, and what the events may have given."""
