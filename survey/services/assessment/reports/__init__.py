"""What units and leads report on its way to the record: typed, proved, submitted, signed off, taken."""
