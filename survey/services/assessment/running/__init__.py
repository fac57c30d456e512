"""What an office does while the year runs: closing periods, amending, entries."""
