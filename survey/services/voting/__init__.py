"""Tokens, entry, casting, receipts and turnout."""
