"""Reporting pages: what is due, what waits for the office, the files that prove it."""
