"""The page of an evaluation: its parts, one a module."""
