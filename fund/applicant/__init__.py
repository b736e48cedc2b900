"""Who applies: organisations, who acts for them, and where they are paid."""
