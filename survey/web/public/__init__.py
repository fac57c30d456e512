"""What everyone may read: published results."""

from .kept import attach
from .views import blueprint

__all__ = ["attach", "blueprint"]
