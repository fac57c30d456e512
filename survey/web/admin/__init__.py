"""Pages for those who administer."""

from . import campaigns, entrance, frame, guard, me, people
from .accounts import start
from .blueprint import blueprint

__all__ = ["blueprint", "campaigns", "entrance", "frame", "guard", "me", "people", "start"]
