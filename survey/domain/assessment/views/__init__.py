"""What pages show of an assessment: heat map, stories of cells, units, indicators, totals, what-ifs."""
