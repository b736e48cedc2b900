"""The parts of the surveys' pages: the public form, the printed one, QR codes, and what was found."""
