"""From opened ballots to a count: tallied, disclosed no further than allowed, worked out, certified."""
