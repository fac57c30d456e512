"""What a committee decides beside a count, and one count beside another."""
