"""Pages for those who administer; a module of views is known once it is named here."""

from . import (
    attempts,
    campaign,
    campaigns,
    comments,
    downloads,
    entrance,
    frame,
    guard,
    log,
    me,
    people,
    trials,
    turnout,
)
from .accounts import start
from .blueprint import blueprint

__all__ = [
    "attempts",
    "blueprint",
    "campaign",
    "campaigns",
    "comments",
    "downloads",
    "entrance",
    "frame",
    "guard",
    "log",
    "me",
    "people",
    "start",
    "trials",
    "turnout",
]
