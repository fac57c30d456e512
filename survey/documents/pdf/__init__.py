"""PDF documents: slips, posters, official tables, certificates."""
