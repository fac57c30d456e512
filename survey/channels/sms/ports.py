"""What every adapter does, and what it asks of whoever uses it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Protocol

from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from survey.domain.sms.message_parts import PartPrice

from .webhook import WebhookAnswer, WebhookRequest

Outcome = Sent | Refused | Unknown
"""What became of one message."""

_SHOWN = 200
"""So many characters of a code are kept: it comes from outside."""


@dataclass(frozen=True)
class ProviderCodes:
    """How codes begin: of a failure inside, also after the message went on; of too many for now.

    ``of_number`` are those of the latter that mean one number alone.
    """

    unknown: tuple[str, ...]
    later: tuple[str, ...]
    of_number: str

    def outcome(self, error: str) -> Refused | Unknown:
        """Return what became of a message that came back with a code other than that of success."""
        if error.startswith(self.unknown):
            return Unknown(error[:_SHOWN])
        return Refused(
            error[:_SHOWN], later=error.startswith(self.later), of_number=error.startswith(self.of_number)
        )


class SmsChannel(Protocol):
    """A configured way out and in for text messages."""

    @property
    def name(self) -> str:
        """Return what it is called in addresses and in campaigns."""

    @property
    def rate(self) -> int:
        """Return how many messages a second it may be given."""

    @property
    def price(self) -> PartPrice | None:
        """Return what it takes for each part, ``None`` where nobody said."""

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Outcome:
        """Hand one message over; never raises for what happens on the way.

        ``number`` is in E.164, ``reference`` the message's name here. Replies come to ``sub_number`` behind
        the channel's own number.
        """

    def authenticate(self, request: WebhookRequest, /) -> None:
        """Check that a request is the provider's, once; raises ``NotAuthentic``."""

    def parse_reply(self, request: WebhookRequest, /) -> list[Incoming]:
        """Return the replies in a request; raises ``UnreadableMessage``.

        What no mobile number of mainland China sent is left out: nobody of a list can have.
        """

    def parse_receipt(self, request: WebhookRequest, /) -> list[Receipt]:
        """Return the receipts in a request, final ones only; raises ``UnreadableMessage``."""

    def acknowledge(self) -> WebhookAnswer:
        """Return the answer that all of a request is kept, in the provider's form."""

    def refuse(self, request: WebhookRequest, /) -> WebhookAnswer:
        """Return the answer that not all of a request is kept, so that the provider brings it again."""


class HeldChannel(SmsChannel, Protocol):
    """A channel whose connection is held open, which is how replies come in."""

    def hold(
        self,
        replies: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None],
        stop: Event,
    ) -> None:
        """Hold the connection until ``stop`` is set, connecting anew whenever it is lost.

        Both callables commit before they return; where one raises, the provider brings the message again.
        """


class SeenKeys(Protocol):
    """Keys that must come once only."""

    def seen(self, key: str, until: datetime) -> bool:
        """Return whether a key came before, and keep it until then."""

    def forget(self, key: str) -> None:
        """Forget a key: what came with it was not kept, and may come again."""
