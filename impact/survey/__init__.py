"""Surveys after an event: what is asked, what is answered, and what the answers say of everyone."""
