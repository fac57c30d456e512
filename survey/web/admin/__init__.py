"""Pages for those who administer."""

from . import campaigns, frame, preview, setup, views
from .accounts import start
from .blueprint import blueprint

__all__ = ["blueprint", "campaigns", "frame", "preview", "setup", "start", "views"]
