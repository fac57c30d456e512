"""What everyone may read: published results, and what papers are compared with."""

from . import checking, outcomes, views
from .blueprint import blueprint
from .kept import attach

__all__ = ["attach", "blueprint", "checking", "outcomes", "views"]
