"""What everyone may read: published results, and what papers are compared with."""

from . import checking
from .kept import attach
from .views import blueprint

__all__ = ["attach", "blueprint", "checking"]
