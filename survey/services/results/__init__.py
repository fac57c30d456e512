"""What is made of a count: reports, editions, comments, decisions."""
