"""Pages for those who administer."""

from . import campaigns, codes, frame, jobs, views
from .accounts import start
from .blueprint import blueprint

__all__ = ["blueprint", "campaigns", "codes", "frame", "jobs", "start", "views"]
