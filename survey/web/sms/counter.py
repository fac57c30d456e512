"""Channels as they are set up, and the services that keep what comes over them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from survey.channels.sms.configuration import read_channels
from survey.domain.sms.incoming import Incoming, Receipt
from survey.services.sms import sending
from survey.services.sms.gathering import ReplyGathering
from survey.services.sms.keys import SmsSecrets
from survey.web.context import settings, vault

from . import desk

FILE = "sms.toml"
"""What the file of channels is called, in the folder of the instance."""


def channels_file(instance: Path) -> Path:
    """Return where the file of channels lies."""
    return instance / FILE


def secrets_here() -> SmsSecrets:
    """Return what text messages need of the instance that runs."""
    return SmsSecrets(settings().keys, vault().opt_out_key)


def attach(app: Flask) -> None:
    """Read the channels and give them to an application; raises ``BadChannels`` with every fault."""
    with app.app_context():
        channels = read_channels(channels_file(settings().instance))
    gathering = ReplyGathering()

    def keep_replies(channel: str, incoming: Sequence[Incoming], now: datetime) -> None:
        gathering.keep(channel, incoming, now, secrets_here())

    desk.attach(app, channels, keep_replies, _keep_receipts)


def _keep_receipts(session: Session, channel: str, receipts: Sequence[Receipt], now: datetime) -> object:  # noqa: ARG001 – a receipt is taken whenever it comes
    return sending.note_receipts(session, channel, receipts, secrets_here())
