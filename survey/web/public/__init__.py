"""What everyone may read: published results, and what papers are compared with."""

from . import checking
from .views import blueprint

__all__ = ["blueprint", "checking"]
