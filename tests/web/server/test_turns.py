"""Voters first: others begin in between, and rest while there are voters."""

import multiprocessing
import sys
import threading
import time

import pytest

from survey.web.server import gunicorn_worker
from survey.web.server.shares import (
    OTHERS,
    RESTS,
    SWITCH_BESIDE_OTHERS,
    SWITCH_SECONDS,
    SharedMoment,
    ThreadShare,
    Turns,
)


def test_others_wait_for_voters_but_not_for_ever() -> None:
    turns = Turns(patience=60)
    began, order = threading.Event(), []

    def reader() -> None:
        began.set()
        with turns.others(ThreadShare.READERS):
            order.append("reader")

    thread = threading.Thread(target=reader)
    with turns.voting():
        thread.start()
        began.wait(30)
        order.append("voter")
    thread.join(30)
    assert order == ["voter", "reader"]
    impatient = Turns(patience=0.01)
    with impatient.voting(), impatient.others(ThreadShare.READERS):
        pass  # comes in all the same


def work(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


@pytest.mark.parametrize("share", OTHERS)
def test_others_rest_while_there_are_voters(share: ThreadShare) -> None:
    turns = Turns(patience=0)
    with turns.voting():
        began = time.monotonic()
        with turns.others(share):
            work(0.02)
        with turns.others(share):
            pass
        assert time.monotonic() - began >= (1 + RESTS[share]) * 0.02


@pytest.mark.parametrize("share", OTHERS)
def test_no_share_rests_for_another(share: ThreadShare) -> None:
    turns = Turns(patience=0, longest_rest=600)
    with turns.voting():
        turns._rest(share, 600)
        assert turns._left(share) > 60
        for other in OTHERS:
            if other is not share:
                with turns.others(other):
                    pass


def test_what_others_waited_for_needs_no_rest() -> None:
    turns = Turns(patience=0, longest_rest=60)
    with turns.voting():
        with turns.others(ThreadShare.OFFICES):
            threading.Event().wait(0.5)
        assert turns._left(ThreadShare.OFFICES) < 0.5 * RESTS[ThreadShare.OFFICES]


def test_nobody_rests_for_ever_nor_without_voters() -> None:
    turns = Turns(patience=0, quiet=0.05, longest_rest=60)
    with turns.others(ThreadShare.READERS):
        work(0.02)
    assert turns._left(ThreadShare.READERS) <= 0  # there were no voters at all
    with turns.voting(), turns.others(ThreadShare.READERS):
        work(0.05)
    with turns.others(ThreadShare.READERS):  # the last voter was here a moment ago
        pass
    short = Turns(patience=0, longest_rest=0.01)
    with short.voting():
        with short.others(ThreadShare.READERS):
            work(0.05)
        assert short._left(ThreadShare.READERS) <= 0.01


def test_others_rest_also_for_voters_of_another_process() -> None:
    """All voters may be at one worker process, and a flood at the other."""
    voted = SharedMoment()
    theirs, ours = (Turns(patience=0, quiet=60, longest_rest=60, voted=voted) for _ in range(2))
    with ours.others(ThreadShare.DOOR):
        work(0.02)
    assert ours._left(ThreadShare.DOOR) <= 0
    with theirs.voting():
        pass
    assert ours._left(ThreadShare.DOOR) > 0


def test_processes_share_the_moment_of_the_last_voter() -> None:
    voted = SharedMoment()
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=voted.set, args=(1234.5,))
    process.start()
    process.join(60)
    assert voted.get() == pytest.approx(1234.5)
    assert gunicorn_worker._VOTED.get() <= time.monotonic()


def test_turns_are_shorter_beside_others() -> None:
    before = sys.getswitchinterval()
    turns = Turns(patience=0)
    try:
        with turns.others(ThreadShare.OFFICES):
            with turns.others(ThreadShare.DOOR):
                pass
            assert sys.getswitchinterval() == pytest.approx(SWITCH_BESIDE_OTHERS)
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    finally:
        sys.setswitchinterval(before)
