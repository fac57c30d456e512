"""What the audit log records: the acts of those who administer."""
