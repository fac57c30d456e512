"""Rows of reports on their way: typed and submitted numbers, and the files that prove them."""
