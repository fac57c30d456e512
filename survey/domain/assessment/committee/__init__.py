"""From the score record to what a committee decided."""
