"""Documents that leave the house, in rooms by format."""
