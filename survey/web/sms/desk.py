"""To whom a provider's request goes on, and over which channels it may come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Flask, current_app
from sqlalchemy.orm import Session

from survey.channels.sms.ports import SmsChannel
from survey.domain.sms.incoming import Incoming, Receipt

_NAME = "minping-sms"


class TakeReplies(Protocol):
    """Keeps replies, committed when it returns; what it raises is for the provider to bring again."""

    def __call__(self, channel: str, incoming: Sequence[Incoming], now: datetime) -> None:
        """Keep all of them, or raise, once those are committed that can be kept."""


class TakeReceipts(Protocol):
    """Keeps receipts within the transaction that it is given; what it raises is to be brought again."""

    def __call__(self, session: Session, channel: str, receipts: Sequence[Receipt], now: datetime) -> object:
        """Keep all of them, or raise."""


@dataclass(frozen=True)
class SmsDesk:
    """The channels that are set up, and who keeps what comes over them."""

    channels: Mapping[str, SmsChannel]
    replies: TakeReplies
    receipts: TakeReceipts


def attach(
    app: Flask, channels: Mapping[str, SmsChannel], replies: TakeReplies, receipts: TakeReceipts
) -> None:
    """Give an application its channels."""
    app.extensions[_NAME] = SmsDesk(channels, replies, receipts)


def sms_desk() -> SmsDesk:
    """Return the desk of the application that runs."""
    desk: SmsDesk = current_app.extensions[_NAME]
    return desk
