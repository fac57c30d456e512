"""Pages for those who administer."""

from . import arming, campaigns, ceremonies, counting, frame, protocol, shredding, signing, views
from .accounts import start
from .blueprint import blueprint

__all__ = [
    "arming",
    "blueprint",
    "campaigns",
    "ceremonies",
    "counting",
    "frame",
    "protocol",
    "shredding",
    "signing",
    "start",
    "views",
]
