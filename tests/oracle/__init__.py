"""An independent reading of the counting rules, to check the product's arithmetic against."""
