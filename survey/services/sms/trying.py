"""One message to a number of the office's own, to see that a channel works and how a text looks."""

import secrets

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import OptedOut, OutsideWindow
from survey.domain.sms.messages import is_within
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.storage.sms import client_rows

from .keys import SmsSecrets, rules_of
from .sending import Outcome, SmsSender

_REFERENCE_BYTES = 8
"""As long as the references of other messages; no receipt is looked up by this one."""


def send_one(
    channel_name: str,
    sender: SmsSender,
    number: str,
    text: str,
    by: By,
    secrets_of: SmsSecrets,
    *,
    campaign: Campaign | None = None,
) -> Outcome:
    """Send one message to a number in E.164, which is kept nowhere; that it was sent is in the log, first.

    An invitation is a ``campaign``'s: replies to it come to that one's sub-number. No transaction may be
    open. Raises ``OptedOut`` where the number asked for no messages, ``NoSms``, and ``OutsideWindow`` where
    the campaign sends at other hours.
    """
    rules = rules_of(campaign) if campaign else None
    if campaign and rules and not is_within(campaign.definition, by.at):
        raise OutsideWindow(campaign.code, rules.window)
    with transaction(write=True) as session:
        if client_rows.has_opted_out(session, secrets_of.opt_out_digest(number)):
            raise OptedOut
        code = campaign.code if campaign else None
        audit.record(session, by, Act.SMS_TRY, code, channel=channel_name, number=1)
    return sender.send(number, text, secrets.token_hex(_REFERENCE_BYTES), rules.extension if rules else "")
