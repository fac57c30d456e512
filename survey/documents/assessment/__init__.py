"""Files of an assessment: templates out, and targets, numbers, points, entries and photos in."""
