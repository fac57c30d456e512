"""What the messages of a campaign came to, in numbers: never a telephone number, never an answer."""

import json
from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, State
from survey.domain.publication.turnout_disclosure import STEP
from survey.domain.sms.messages import WENT_OUT, MessageKind, MessageState, SmsNumbers
from survey.services.voting.turnout import shown_turnout
from survey.storage.sms import client_rows, outbox_rows, reply_rows

from .keys import rules_of


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


def numbers_of(session: Session, campaign: Campaign) -> SmsNumbers:
    """Count a campaign's messages and replies; what it was, once list and outbox are destroyed.

    Raises ``NoSms``.
    """
    rules_of(campaign)
    standing = client_rows.standing(session, campaign)
    if standing is None:
        return SmsNumbers()
    if standing.final is not None:
        return SmsNumbers(**json.loads(standing.final))
    asked: Counter[MessageState] = Counter()
    helped = 0
    for (kind, state), number in outbox_rows.numbers(session, campaign).items():
        if kind is not MessageKind.HELP:
            asked[state] += number
        elif state in WENT_OUT:
            helped += number
    return SmsNumbers(
        listed=client_rows.number_of_entries(session, campaign),
        left_out=standing.left_out,
        queued=asked[MessageState.QUEUED] + asked[MessageState.CLAIMED],
        sent=sum(asked[state] for state in WENT_OUT),
        delivered=asked[MessageState.DELIVERED],
        failed=asked[MessageState.FAILED],
        refused=asked[MessageState.REFUSED],
        uncertain=asked[MessageState.UNCERTAIN],
        help=helped,
        replied=_replied(session, campaign) if standing.replied is None else standing.replied,
        invalid=standing.invalid,
        opted_out=standing.opted_out,
    )


def _replied(session: Session, campaign: Campaign) -> int:
    return sum(reply_rows.number_by_group(session, campaign).values())
