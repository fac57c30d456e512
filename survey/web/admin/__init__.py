"""Pages for those who administer."""

from . import campaign, campaigns, downloads, frame, trials, turnout, views
from .accounts import start
from .blueprint import blueprint

__all__ = [
    "blueprint",
    "campaign",
    "campaigns",
    "downloads",
    "frame",
    "start",
    "trials",
    "turnout",
    "views",
]
