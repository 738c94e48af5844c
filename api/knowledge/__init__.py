"""Documents at the edges: brought in from files, written on pages, shown safely."""
