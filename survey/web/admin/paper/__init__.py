"""Ballots on paper: printing them, trying them, collecting, scanning, and what two people decide."""
