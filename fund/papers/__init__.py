"""The fund's papers: letters, agenda, minutes and statements as Word files, from templates of its own."""
