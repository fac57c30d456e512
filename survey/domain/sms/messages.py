"""Messages that go out: their kinds, where each stands, when they may be sent, and how many there are."""

from dataclasses import asdict, dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from survey.domain.definition.campaign import Definition

MAX_HELP = 2
"""Help messages to one number: a machine that answers each of them gets no third."""


class MessageKind(StrEnum):
    """The kinds of message that go out."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    HELP = "help"


class MessageState(StrEnum):
    """Where a message stands; what is ``uncertain`` was in somebody's hands when they were cut off."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    DELIVERED = "delivered"
    FAILED = "failed"


WENT_OUT = (MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED)
"""The states of a message that the channel took."""


@dataclass(frozen=True)
class SmsNumbers:
    """What a campaign's messages came to, as commands write it.

    ``listed`` are the numbers on the list, ``left_out`` those that had opted out before; ``queued`` to
    ``failed`` are invitations and reminders, ``help`` the help messages that went out. ``replied`` numbers
    have a ballot in the box or on the way into it; ``invalid`` and ``opted_out`` count replies.
    """

    listed: int = 0
    left_out: int = 0
    queued: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    refused: int = 0
    uncertain: int = 0
    help: int = 0
    replied: int = 0
    invalid: int = 0
    opted_out: int = 0

    def as_json(self) -> dict[str, int]:
        """Return all numbers by name."""
        return asdict(self)


@dataclass(frozen=True)
class SmsTold:
    """What readers of results are told of a campaign's messages.

    ``None`` stands for some, but fewer than ``least``: one who could not be read, or asked for no messages,
    might be known to somebody.
    """

    listed: int
    sent: int
    delivered: int
    replied: int
    invalid: int | None
    opted_out: int | None
    least: int

    @classmethod
    def of(cls, numbers: SmsNumbers, least: int) -> "SmsTold":
        """Return what may be told of these numbers where rows need so many answers."""

        def enough(number: int) -> int | None:
            return None if 0 < number < least else number

        return cls(
            listed=numbers.listed,
            sent=numbers.sent,
            delivered=numbers.delivered,
            replied=numbers.replied,
            invalid=enough(numbers.invalid),
            opted_out=enough(numbers.opted_out),
            least=least,
        )

    def as_json(self) -> dict[str, int | None]:
        """Return the numbers by name."""
        return {name: value for name, value in asdict(self).items() if name != "least"}


def is_within(definition: Definition, moment: datetime) -> bool:
    """Return whether messages may go out at a moment, on the clock of the campaign's place."""
    if definition.sms is None:
        return False
    first, last = (time.fromisoformat(written) for written in definition.sms.window)
    return first <= moment.astimezone(ZoneInfo(definition.time_zone)).time() < last
