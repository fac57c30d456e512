"""Pages for those who administer."""

from .accounts import start
from .views import blueprint

__all__ = ["blueprint", "start"]
