"""Pages for those who administer."""

from . import campaigns, comments, frame, log, views
from .accounts import start
from .blueprint import blueprint

__all__ = ["blueprint", "campaigns", "comments", "frame", "log", "start", "views"]
