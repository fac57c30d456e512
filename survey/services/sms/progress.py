"""How far the messages of a campaign have come, as pages may show it."""

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, State
from survey.domain.publication.turnout_disclosure import STEP
from survey.domain.sms.messages import MessageKind, SmsNumbers
from survey.services.voting.turnout import shown_turnout
from survey.storage.sms import outbox_rows

from .accounting import numbers_of


@dataclass(frozen=True)
class ShownSms:
    """A campaign's numbers as a page may show them; ``invited`` and ``reminded`` are numbers once queued for.

    While voting runs what clients did is ``coarse``: in steps, so that nobody sees one of them reply.
    """

    numbers: SmsNumbers
    invited: int
    reminded: int
    coarse: bool

    @property
    def uninvited(self) -> int:
        """Return how many on the list have no invitation yet."""
        return max(0, self.numbers.listed - self.invited)


def shown_numbers(session: Session, campaign: Campaign) -> ShownSms:
    """Count a campaign's messages as a page may show them; raises ``NoSms``."""
    numbers = numbers_of(session, campaign)
    queued: Counter[MessageKind] = Counter()
    for (kind, _state), number in outbox_rows.numbers(session, campaign).items():
        queued[kind] += number
    coarse = campaign.state is State.OPEN
    if coarse:
        numbers = replace(
            numbers,
            replied=shown_turnout(session, campaign).total.returned,
            invalid=_step(numbers.invalid),
            opted_out=_step(numbers.opted_out),
            help=_step(numbers.help),
        )
    return ShownSms(numbers, queued[MessageKind.INVITATION], queued[MessageKind.REMINDER], coarse)


def _step(number: int) -> int:
    return number - number % STEP
