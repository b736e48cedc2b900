"""What everyone may see: calls with their rules, awards, open data."""
