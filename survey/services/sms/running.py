"""Running channels: each sends what is due at its rate, and holds its connection where it has one."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from time import monotonic

from survey.channels.sms.ports import HeldChannel, SmsChannel
from survey.domain.errors import MinpingError, Unavailable
from survey.domain.operations.failure import kind_and_places
from survey.domain.sms.incoming import Incoming, Receipt
from survey.storage.database import transaction

from . import outbox, replies, sending
from .keys import SmsSecrets
from .sending import Step

IDLE_SECONDS = 1.0
"""How long a channel waits that has nothing to send, or is to wait."""
TIDY_SECONDS = 10.0
"""How often somebody looks for claims of the dead, and for reminders that are due."""
HOLD_SECONDS = 10.0
"""How long until a connection is held again that nobody could hold."""
STOP_SECONDS = 8.0
"""How long the threads have to come to an end; a claimed message is settled in that time, or uncertain."""

_log = logging.getLogger("minping")


@dataclass(frozen=True)
class SendingPlace:
    """What runs channels: the secrets of its instance, the clock, and the context of its application."""

    secrets: SmsSecrets
    now: Callable[[], datetime]
    context: Callable[[], AbstractContextManager[object]]


def run(channels: Sequence[SmsChannel | HeldChannel], place: SendingPlace, stop: Event) -> None:
    """Send over channels, and hold those that are held, until ``stop`` is set."""
    threads = [Thread(target=_tidying, args=(place, stop), daemon=True)]
    for channel in channels:
        threads.append(Thread(target=_sending, args=(channel, place, stop), daemon=True))
        if hold := getattr(channel, "hold", None):
            threads.append(Thread(target=_holding, args=(channel.name, hold, place, stop), daemon=True))
    for thread in threads:
        thread.start()
    try:
        stop.wait()
    finally:  # a signal ends the wait by an exception
        stop.set()
        until = monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - monotonic()))


def _sending(channel: SmsChannel | HeldChannel, place: SendingPlace, stop: Event) -> None:
    with place.context():
        while not stop.is_set():
            began = monotonic()
            step = _turn(channel, place)
            pause = 1 / channel.rate - (monotonic() - began) if step is Step.SETTLED else IDLE_SECONDS
            stop.wait(max(0.0, pause))


def _turn(channel: SmsChannel | HeldChannel, place: SendingPlace) -> Step:
    try:
        return sending.send_next(channel.name, channel, place.secrets, place.now())
    except Unavailable as error:
        _log.warning("sending waits", extra={"facts": {"why": str(error)}})
    except Exception as error:  # whatever it is, the next turn may do better
        _log.error("a message was not sent", extra={"facts": {"failure": type(error).__name__}})
    return Step.LATER


def _tidying(place: SendingPlace, stop: Event) -> None:
    with place.context():
        while True:
            try:
                sending.give_up_claims(place.now())
                with transaction(write=True) as session:
                    outbox.remind_due(session, place.now())
            except MinpingError as error:
                _log.warning("sending waits", extra={"facts": {"why": str(error)}})
            except Exception as error:  # without this thread no claim of a dead sender would ever end
                _log.error(
                    "claims and reminders were not looked after", extra={"facts": kind_and_places(error)}
                )
            if stop.wait(TIDY_SECONDS):
                return


def _holding(channel_name: str, hold: Callable[..., None], place: SendingPlace, stop: Event) -> None:
    # The connection has threads of its own, and each needs a context.
    def take(incoming: Sequence[Incoming]) -> None:
        with place.context():
            replies.keep(channel_name, incoming, place.now(), place.secrets)

    def note(receipts: Sequence[Receipt]) -> None:
        with place.context(), transaction(write=True) as session:
            sending.note_receipts(session, channel_name, receipts, place.secrets)

    while not stop.is_set():
        try:
            hold(take, note, stop)
        except MinpingError as error:
            _log.error("a channel is not held", extra={"facts": {"channel": channel_name, "why": str(error)}})
        except Exception as error:  # without this thread no reply would come in any more
            # What came in may be the reason: so neither what the exception quotes nor the moment.
            facts = {"channel": channel_name, **kind_and_places(error), "timeless": True}
            _log.error("a channel is not held", extra={"facts": facts})
        stop.wait(HOLD_SECONDS)
