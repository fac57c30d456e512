"""What of a campaign others may see: editions, the turnout, what voters wrote."""
