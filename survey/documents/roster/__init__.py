"""Rosters: who is rated, read from Excel and CSV files of unknown senders."""
