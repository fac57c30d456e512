"""Files of an assessment: templates out, and targets, numbers, points and entries in."""
