"""What a campaign is: its definition, read, checked and frozen."""
