"""Running an instance: backups, jobs, processes, health."""
