"""Who keeps the key of the box: files, and shares given out and brought back."""
