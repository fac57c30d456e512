"""Pages for those who administer; a module of views is known once it is named here."""

from . import (
    attempts,
    campaign,
    campaigns,
    codes,
    downloads,
    entrance,
    frame,
    guard,
    jobs,
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
    "codes",
    "downloads",
    "entrance",
    "frame",
    "guard",
    "jobs",
    "me",
    "people",
    "start",
    "trials",
    "turnout",
]
