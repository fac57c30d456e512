"""The assessment workplace: who has which seat, where an assessment stands, and the pages of each part."""
