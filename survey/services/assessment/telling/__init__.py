"""What is told once the year is decided: publications, letters, tasks."""
