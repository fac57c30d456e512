"""What files say: rows of numbers, findings, points and entries, checked cell by cell."""
