"""Ballots that come in by other ways than the browser."""
