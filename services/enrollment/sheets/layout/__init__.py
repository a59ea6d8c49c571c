"""Lines of cells as tables of people: headings, letterheads, groups, and what is no person."""
