"""The year's end: meeting, talks, visits, analyses, statements, sheets."""
