"""How well the words on screenshots are read, and what is made of them: figures for docs/reading-figures.md."""
