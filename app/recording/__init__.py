"""The forecast record on the screen: its words, its chart, and its section in a case."""
