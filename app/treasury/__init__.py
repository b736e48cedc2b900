"""The treasurer's books and the auditor's checks: the larger parts of their pages."""
