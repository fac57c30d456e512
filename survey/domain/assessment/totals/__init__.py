"""What a year comes to: parts, bonus and deduction, totals, ranks, proposed bands, and their record."""
