"""What a set-up page is: its part of the document, taken from a form and made ready to be stored."""

import copy
from dataclasses import dataclass

from flask_babel import LazyString

from .following import follow
from .parts import Holder, Posted
from .tables import Parts, finished, put_all


@dataclass(frozen=True)
class SetupPage:
    """One set-up page: its name in the address, its title, and the parts of the document that it holds."""

    key: str
    title: str | LazyString
    lead: str | LazyString
    parts: Parts

    def take(self, document: Holder, posted: Posted) -> Holder:
        """Return the document with what was posted in it, rows still knowing where they came from."""
        made = copy.deepcopy(document)
        put_all(self.parts, made, posted, "", document)
        return made

    def finish(self, document: Holder, working: Holder) -> Holder:
        """Return what is to be stored of a form; references follow keys that were changed."""
        follow(document, working)
        return finished(self.parts, working)
