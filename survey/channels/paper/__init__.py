"""Reading paper ballots: from a scanned file to what was ticked, and no guess."""
