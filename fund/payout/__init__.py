"""From a claim to the bank and back."""
