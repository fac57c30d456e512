"""One message to a number of the office's own, to see that a channel works and how a text looks."""

from survey.domain.audit.acts import Act
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.storage.sms import outbox_rows

from .sending import Outcome, SmsSender


def send_one(
    channel_name: str,
    sender: SmsSender,
    number: str,
    text: str,
    by: By,
    *,
    campaign_code: str | None = None,
    sub_number: str = "",
) -> Outcome:
    """Send one message to a number in E.164, which is kept nowhere; that it was sent is in the log, first.

    No transaction may be open.
    """
    with transaction(write=True) as session:
        audit.record(session, by, Act.SMS_TRY, campaign_code, channel=channel_name, number=1)
    return sender.send(number, text, outbox_rows.new_reference(), sub_number)
