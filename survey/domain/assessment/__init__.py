"""The yearly assessment of units: what is asked of them, what they reached, and the points that follow."""
