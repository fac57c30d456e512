"""All words for those who administer: refusals, labels, acts, steps."""
