"""Cells as values: documents, dates, places, answers and names, by what their column shows."""
