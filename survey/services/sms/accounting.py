"""What the messages of a campaign came to, in numbers: never a telephone number, never an answer."""

import json
from collections import Counter

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.sms.messages import WENT_OUT, MessageKind, MessageState, SmsNumbers, SmsTold
from survey.storage.sms import client_rows, outbox_rows, reply_rows

from .keys import rules_of


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


def told_numbers(session: Session, campaign: Campaign) -> SmsTold | None:
    """Return what readers of results are told of a campaign's messages, ``None`` where it sends none."""
    if campaign.definition.by_sms is None:
        return None
    return SmsTold.of(numbers_of(session, campaign), campaign.definition.results.minimum_cell)


def _replied(session: Session, campaign: Campaign) -> int:
    return sum(reply_rows.number_by_group(session, campaign).values())
