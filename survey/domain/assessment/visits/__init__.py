"""Visits on the spot: planned, found, answered, standing or taken back."""
