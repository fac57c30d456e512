"""What clients of a campaign will be sent, how often, and what it costs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.sms.invitation import message_text
from survey.domain.sms.message_parts import split_parts, units_of
from survey.domain.sms.messages import MessageKind
from survey.storage.sms import client_rows

from .keys import rules_of

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class ShownInvitation:
    """An invitation as the clients of one ratee get it: its text, and how many of them are listed."""

    ratee: str
    name: str
    text: str
    clients: int

    @property
    def units(self) -> int:
        """Return how many characters it has, as networks count them."""
        return units_of(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        """Return what each part holds that it is sent and paid as."""
        return tuple(split_parts(self.text))

    @property
    def paid(self) -> int:
        """Return how many parts are paid, once all its clients are invited."""
        return self.clients * len(self.parts)


def invitations(session: Session, campaign: Campaign) -> list[ShownInvitation]:
    """List the invitations of a campaign, each ratee's, and each text of it that differs.

    Raises ``NoSms``.
    """
    rules_of(campaign)
    definition = campaign.definition
    numbers = client_rows.numbers_by_subject(session, campaign)
    clients: Counter[tuple[str, str]] = Counter()
    for ratee in definition.ratees:
        listed = [group for group in ratee.groups if (group, ratee.key) in numbers]
        for group in listed or ratee.groups[:1]:
            text = message_text(definition, group, ratee.key, MessageKind.INVITATION)
            clients[ratee.key, text] += numbers.get((group, ratee.key), 0)
    return [
        ShownInvitation(ratee, definition.ratee[ratee].name, text, number)
        for (ratee, text), number in clients.items()
    ]


def cost(shown: Sequence[ShownInvitation], price: Decimal) -> Decimal:
    """Return what all the invitations cost at a price for each part, to the cent."""
    return (price * sum(one.paid for one in shown)).quantize(_CENT, ROUND_HALF_UP)
