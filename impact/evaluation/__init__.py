"""After the event: what it turned out to give, held against the forecast that was locked before it."""
