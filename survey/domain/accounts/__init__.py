"""Those who administer: their roles, what each may do, and what was done to accounts that sign."""
