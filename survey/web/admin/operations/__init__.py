"""The pages of the audit log, of jobs, and of the instance's health."""
