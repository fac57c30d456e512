"""Paper ballots, printed and read."""
