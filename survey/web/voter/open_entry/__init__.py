"""Codes for whoever comes by a poster: a device keeps its own, nobody gets thousands, no other site any."""
