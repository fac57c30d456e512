"""Definitions as files, and the forms that ship."""
