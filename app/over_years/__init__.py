"""The years on a page: the tables and sentences that the annual report shares."""
