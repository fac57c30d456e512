"""What everyone may read: published results, and what papers are compared with."""

from . import checking, views
from .blueprint import blueprint
from .kept import attach

__all__ = ["attach", "blueprint", "checking", "views"]
