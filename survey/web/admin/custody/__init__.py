"""The key of a box on the organisers' pages: made, given out in shares, brought back, copied."""
