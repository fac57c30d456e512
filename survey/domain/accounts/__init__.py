"""Those who administer: what was done to their accounts."""
