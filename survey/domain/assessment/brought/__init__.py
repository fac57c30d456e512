"""Files that an office brings: what each holds, and what is odd about it."""
