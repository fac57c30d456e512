"""Results arranged for people: official forms and tables, the screen, the rules in words."""
