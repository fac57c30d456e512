"""Ballots filled in and scanned by a generator, read, and compared with what was meant."""
