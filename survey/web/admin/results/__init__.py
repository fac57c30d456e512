"""The pages of a counted campaign: results, comments, decisions, publishing."""
