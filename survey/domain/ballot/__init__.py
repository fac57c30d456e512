"""One voter's ballot, and the token it is cast with: what it may hold, and how it is packed."""
