"""Campaigns from the first draft to the close, and what comes next."""
