"""Voting on paper: forms laid out, specimens printed, scanned files read."""
