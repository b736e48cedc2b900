"""The rules as data: schemes, and what they ask of an application and of a guarantee."""
