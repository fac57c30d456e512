"""Pages for those who administer."""

from . import campaigns, frame, views
from .accounts import start
from .blueprint import blueprint

__all__ = ["blueprint", "campaigns", "frame", "start", "views"]
