"""Setting a campaign up: templates, forms, rosters, checks."""

from . import begin, check, definition, matrix, mutual, pages, persons, roster, statements

__all__ = ["begin", "check", "definition", "matrix", "mutual", "pages", "persons", "roster", "statements"]
