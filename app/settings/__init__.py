"""What the fund's officers and administrators set: calls and schemes, in parts of one page."""
