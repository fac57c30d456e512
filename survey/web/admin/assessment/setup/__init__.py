"""A draft set up on pages: its parts, their rows, the targets, and beginning without a file."""
