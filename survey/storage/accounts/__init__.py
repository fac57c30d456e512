"""Rows of accounts, with their passkeys and their sessions."""
