"""Assessments: rows to domain and back, and what the database says of itself."""
