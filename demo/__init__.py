"""A whole campaign before your eyes: the real commands, real pages, simulated voters."""
