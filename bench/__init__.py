"""Measurements, each taken beside its reference in one run."""
