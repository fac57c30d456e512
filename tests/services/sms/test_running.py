"""Channels run side by side: what is queued goes out, what comes in is kept, and a stop ends all of it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from flask import Flask

from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from survey.services.sms import running
from survey.services.sms.running import SendingPlace
from tests.sms_clients import BEGAN, Provider, a_reply, numbers_of, open_sms, queued, secrets_here


@dataclass
class Held(Provider):
    """A channel with a connection, over which a reply and a receipt come once all is sent."""

    name: str = "mas"
    rate: int = 1000
    wanted: int = 0
    all_sent: Event = field(default_factory=Event)
    kept: Event = field(default_factory=Event)

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Sent | Refused | Unknown:
        answer = super().send(number, text, reference, sub_number)
        if len(self.sent) == self.wanted:
            self.all_sent.set()
        return answer

    def hold(
        self,
        replies: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None],
        stop: Event,
    ) -> None:
        self.all_sent.wait(20)
        replies([a_reply(0, "1")])
        receipts([Receipt(self.sent[0][2], True)])
        self.kept.set()
        stop.wait()


def test_a_channel_sends_and_takes_until_it_is_stopped(app: Flask) -> None:
    open_sms(app, 5)
    queued("hotline")
    channel, stop = Held(wanted=5), Event()
    office = SendingPlace(secrets_here(), lambda: BEGAN, app.app_context)
    running_one = Thread(target=running.run, args=([channel], office, stop))
    running_one.start()
    assert channel.kept.wait(20)
    stop.set()
    running_one.join(20)
    assert not running_one.is_alive()
    numbers = numbers_of("hotline")
    assert (numbers.sent, numbers.delivered, numbers.replied, numbers.queued) == (5, 1, 1, 0)


def test_an_exception_that_ends_the_wait_ends_the_threads(app: Flask) -> None:
    open_sms(app, 1)

    class Told(Event):
        def wait(self, timeout: float | None = None) -> Any:
            if timeout is None:
                raise SystemExit
            return super().wait(timeout)

    stop = Told()
    with suppress(SystemExit):
        running.run([Unheld()], SendingPlace(secrets_here(), lambda: BEGAN, app.app_context), stop)
    assert stop.is_set()


@dataclass
class Unheld(Provider):
    """A channel without a connection."""

    name: str = "mas"
    rate: int = 10
