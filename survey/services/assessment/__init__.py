"""The yearly assessment: defined, reported, closed, scored, signed, decided, published."""
