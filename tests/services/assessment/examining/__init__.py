"""Tests of what units and leads report."""
