"""Pages for those who administer; a module of views is known once it is named here."""

from . import (
    attempts,
    campaign,
    campaigns,
    downloads,
    entrance,
    frame,
    guard,
    me,
    people,
    preview,
    setup,
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
    "downloads",
    "entrance",
    "frame",
    "guard",
    "me",
    "people",
    "preview",
    "setup",
    "start",
    "trials",
    "turnout",
]
