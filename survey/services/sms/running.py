"""Running channels: each sends what is due at its rate, and holds its connection where it has one."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from time import monotonic

from survey.channels.sms.ports import HeldChannel, SmsChannel
from survey.domain.errors import Unavailable
from survey.domain.sms.incoming import Incoming, Receipt
from survey.storage.database import transaction

from . import outbox, replies, sending
from .keys import SmsSecrets
from .sending import Step

IDLE_SECONDS = 1.0
"""How long a channel waits that has nothing to send, or is to wait."""
TIDY_SECONDS = 10.0
"""How often somebody looks for claims of the dead, and for reminders that are due."""
STOP_SECONDS = 8.0
"""How long the threads have to come to an end; a claimed message is settled in that time, or uncertain."""

_log = logging.getLogger("minping")


@dataclass(frozen=True)
class Office:
    """What runs channels: the secrets of its instance, the clock, and the context of its application."""

    secrets: SmsSecrets
    now: Callable[[], datetime]
    context: Callable[[], AbstractContextManager[object]]


def run(channels: Sequence[SmsChannel | HeldChannel], office: Office, stop: Event) -> None:
    """Send over channels, and hold those that are held, until ``stop`` is set."""
    threads = [Thread(target=_tidying, args=(office, stop), daemon=True)]
    for channel in channels:
        threads.append(Thread(target=_sending, args=(channel, office, stop), daemon=True))
        if hold := getattr(channel, "hold", None):
            threads.append(Thread(target=_holding, args=(channel.name, hold, office, stop), daemon=True))
    for thread in threads:
        thread.start()
    try:
        stop.wait()
    finally:  # a signal ends the wait by an exception
        stop.set()
        until = monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - monotonic()))


def _sending(channel: SmsChannel | HeldChannel, office: Office, stop: Event) -> None:
    with office.context():
        while not stop.is_set():
            began = monotonic()
            step = _turn(channel, office)
            pause = 1 / channel.rate - (monotonic() - began) if step is Step.SETTLED else IDLE_SECONDS
            stop.wait(max(0.0, pause))


def _turn(channel: SmsChannel | HeldChannel, office: Office) -> Step:
    try:
        return sending.send_next(channel.name, channel, office.secrets, office.now())
    except Unavailable as error:
        _log.warning("sending waits", extra={"facts": {"why": str(error)}})
    except Exception as error:  # whatever it is, the next turn may do better
        _log.error("a message was not sent", extra={"facts": {"failure": type(error).__name__}})
    return Step.LATER


def _tidying(office: Office, stop: Event) -> None:
    with office.context():
        while True:
            try:
                sending.give_up_claims(office.now())
                with transaction(write=True) as session:
                    outbox.remind_due(session, office.now())
            except Unavailable as error:
                _log.warning("sending waits", extra={"facts": {"why": str(error)}})
            if stop.wait(TIDY_SECONDS):
                return


def _holding(channel_name: str, hold: Callable[..., None], office: Office, stop: Event) -> None:
    # The connection has threads of its own, and each needs a context.
    def take(incoming: Sequence[Incoming]) -> None:
        with office.context(), transaction(write=True) as session:
            replies.take(session, channel_name, incoming, office.now(), office.secrets)

    def note(receipts: Sequence[Receipt]) -> None:
        with office.context(), transaction(write=True) as session:
            sending.note_receipts(session, channel_name, receipts, office.secrets)

    hold(take, note, stop)
