"""Pages for those who administer; a module of views is known once it is named here."""

from . import (
    arming,
    attempts,
    campaign,
    campaigns,
    ceremonies,
    codes,
    counting,
    downloads,
    entrance,
    frame,
    guard,
    jobs,
    me,
    people,
    protocol,
    shredding,
    signing,
    trials,
    turnout,
)
from .accounts import start
from .blueprint import blueprint

__all__ = [
    "arming",
    "attempts",
    "blueprint",
    "campaign",
    "campaigns",
    "ceremonies",
    "codes",
    "counting",
    "downloads",
    "entrance",
    "frame",
    "guard",
    "jobs",
    "me",
    "people",
    "protocol",
    "shredding",
    "signing",
    "start",
    "trials",
    "turnout",
]
