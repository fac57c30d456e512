"""Rows of jobs and of the health of the instance, and what is done to a whole database."""
