"""Awards and their claims on pages: what each part of them shows, and what each role may do there."""
