"""The pages of counting, certifying and shredding."""
