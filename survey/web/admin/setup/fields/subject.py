"""What a set-up page is: its part of the document, taken from a form and made ready to be stored."""

import copy
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from .following import follow
from .parts import Holder, Key, Posted
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


def key_field(label: str | LazyString = "", *, shown_always: bool = False) -> Key:
    """Return the field of a row's key."""
    hint = _l("如 A") if shown_always else _l("字母、数字和 + - _，以字母或数字开头")
    return Key("key", label or _l("内部代号"), hint, shown_always=shown_always)
