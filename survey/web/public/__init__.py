"""What everyone may read: published results."""

from .views import blueprint

__all__ = ["blueprint"]
