"""Codes, the sealed box and the custody of its key."""
