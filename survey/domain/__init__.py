"""Campaigns, ballots and counting, on the standard library alone."""
