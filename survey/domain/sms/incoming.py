"""What comes in from a channel, and what becomes of a message that goes out."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class LongPart:
    """Which part of a longer message this is: parts of one have ``reference`` and ``total`` in common."""

    reference: int
    total: int
    number: int


@dataclass(frozen=True)
class Incoming:
    """A message that came in: from which number, to which sub-number, under the provider's ``id``.

    ``id`` is empty where the provider gives none; ``at`` is the carrier's time. ``exact`` tells that ``to``
    is the sub-number alone; otherwise digits of the channel may stand in front of it. Number and text are
    shown nowhere: what prints this object by mistake, a log or a traceback, prints neither.
    """

    number: str = field(repr=False)
    to: str
    text: str = field(repr=False)
    id: str
    at: datetime | None
    part: LongPart | None = None
    exact: bool = False

    def is_to(self, extension: str) -> bool:
        """Return whether this came to a sub-number."""
        return self.to == extension if self.exact else self.to.endswith(extension)


@dataclass(frozen=True)
class Receipt:
    """The carrier's word on a message sent, final: delivered or not.

    ``reference`` is what ``send`` was given and ``id`` what it returned; a provider gives back one of them,
    or both, and the other is empty. ``why`` is the carrier's own word where it was not delivered.
    """

    reference: str
    delivered: bool
    id: str = ""
    why: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """The provider took the message; ``id`` is its name for it, empty where it gives none."""

    id: str


@dataclass(frozen=True)
class Refused:
    """The message was certainly not sent.

    ``later`` tells that nothing is wrong with the message itself: no connection, or too many at once. With
    ``of_number`` it is this number that had too many, and others can be sent to meanwhile.
    """

    why: str
    later: bool = False
    of_number: bool = False


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether the message was sent: it was handed over, and no answer came."""

    why: str
