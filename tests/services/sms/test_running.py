"""Channels run side by side: what is queued goes out, what comes in is kept, and a stop ends all of it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Semaphore, Thread
from typing import Any

import pytest
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


@dataclass
class Torn(Held):
    """A channel whose connection ends in an unforeseen way, quoting what came over it; then it holds."""

    torn: int = 0

    def hold(
        self,
        replies: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None],
        stop: Event,
    ) -> None:
        self.torn += 1
        if self.torn < 3:
            raise ValueError("很不满意 13800001111")
        super().hold(replies, receipts, stop)


def test_what_nobody_foresaw_ends_no_thread(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    open_sms(app, 2)
    queued("hotline")
    looked = Semaphore(0)

    def fails(*_given: object) -> None:
        looked.release()
        raise ZeroDivisionError

    monkeypatch.setattr(running, "TIDY_SECONDS", 0.01)
    monkeypatch.setattr(running, "HOLD_SECONDS", 0.01)
    monkeypatch.setattr(running.outbox, "remind_due", fails)
    channel, stop = Torn(wanted=2), Event()
    office = SendingPlace(secrets_here(), lambda: BEGAN, app.app_context)
    running_one = Thread(target=running.run, args=([channel], office, stop))
    running_one.start()
    try:
        assert channel.kept.wait(20)
        assert all(looked.acquire(timeout=20) for _ in range(3))
    finally:
        stop.set()
        running_one.join(20)
    assert numbers_of("hotline").replied == 1
    said = [str(getattr(record, "facts", "")) + record.getMessage() for record in caplog.records]
    assert any("ValueError" in one for one in said)
    assert any("ZeroDivisionError" in one for one in said)
    assert not any("13800001111" in one for one in said)


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
