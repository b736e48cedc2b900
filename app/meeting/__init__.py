"""The meeting's page in its parts: preparing it, the case on the table, who is there, motions, votes, the minutes."""
