"""Asking the database without waiting for it."""

import threading

from survey.web.probe import DatabaseState as Answer
from survey.web.probe import Probe
from tests.web.test_health import until

READY = Answer(up=True, ready=True)


AWAY = Answer(up=False, ready=False)


class Hanging:
    """A database that answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.let = threading.Event()

    def __call__(self) -> Answer:
        self.asked += 1
        assert self.let.wait(60)
        return READY


def test_one_that_hangs_is_asked_once_and_not_waited_for() -> None:
    database = Hanging()
    probed = Probe(database, seconds=0.01)
    assert probed.state() == AWAY
    until(lambda: database.asked == 1)
    assert [probed.state() for _ in range(20)] == [AWAY] * 20
    assert database.asked == 1
    database.let.set()
    patient = Probe(database, seconds=60)
    assert patient.state() == READY
    until(lambda: probed.state() == READY)


def test_many_who_ask_at_once_share_one_answer() -> None:
    database = Hanging()
    probed = Probe(database, seconds=60)
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(probed.state())) for _ in range(8)]
    for thread in threads:
        thread.start()
    until(lambda: database.asked == 1)
    database.let.set()
    for thread in threads:
        thread.join(60)
    assert answers == [READY] * 8
