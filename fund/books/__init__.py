"""The fund's books: a double-entry ledger, frames, partners, statements."""
