"""What pages show of an assessment, gathered from what is on record."""
