"""How an instance is doing: its jobs, its failures, its health."""
