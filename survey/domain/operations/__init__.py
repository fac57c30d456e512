"""How an instance is doing: its jobs, its failures, its health, what it keeps in memory."""
