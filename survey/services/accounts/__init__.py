"""Those who administer: accounts, logins, passwords and second factors."""
