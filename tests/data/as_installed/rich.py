"""Stands before what is installed for pip-audit only: an installed programme has no such library to load."""

raise ImportError("not among what the programme needs")
