"""Pages that show how an assessment stands: heat map, cell, unit, indicator, totals, what-if."""
