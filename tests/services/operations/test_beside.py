"""Work in a process beside this one: what it gives and raises, that it gives way, and how it ends."""

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import psutil
import pytest

from survey.domain.errors import MissingGlyphs, Unavailable
from survey.services.operations import beside
from survey.services.operations.beside import Neighbours


@pytest.fixture
def pool() -> Neighbours:
    return Neighbours(1)


def test_result_and_process(pool: Neighbours) -> None:
    assert pool.run(sorted, [3, 1, 2], reverse=True) == [3, 2, 1]
    one = pool.run(os.getpid)
    assert one != os.getpid()
    assert pool.run(os.getpid) == one


def test_it_gives_way(pool: Neighbours) -> None:
    process = psutil.Process(pool.run(os.getpid))
    assert process.nice() == min(19, psutil.Process().nice() + 19)
    # Linux weighs priorities within a session only; a group of its own keeps it from the terminal's signals.
    assert os.getsid(process.pid) == os.getsid(0)
    assert os.getpgid(process.pid) == process.pid
    cores = len(psutil.Process().cpu_affinity())
    assert len(process.cpu_affinity()) == cores - cores // 2


def test_named_errors_come_back_whole(pool: Neighbours) -> None:
    with pytest.raises(MissingGlyphs) as refused:
        pool.run(_lacking, "龘")
    assert refused.value.characters == "龘"
    assert str(refused.value) == str(MissingGlyphs("龘"))
    assert pool.run(abs, -1) == 1


def _lacking(characters: str) -> None:
    raise MissingGlyphs(characters)


def test_what_cannot_be_written_down_comes_back_by_its_kind(pool: Neighbours) -> None:
    with pytest.raises(RuntimeError, match="Odd"):
        pool.run(_odd)
    assert pool.run(abs, -1) == 1


class Odd(Exception):
    def __init__(self) -> None:
        super().__init__(threading.Lock())


def _odd() -> None:
    raise Odd


def test_what_cannot_be_sent_harms_nobody_else(pool: Neighbours) -> None:
    with pytest.raises((TypeError, AttributeError)):
        pool.run(str, threading.Lock())
    assert pool.run(abs, -1) == 1


def test_a_lost_process_is_named_and_replaced(pool: Neighbours) -> None:
    first = pool.run(os.getpid)
    with pytest.raises(Unavailable):
        pool.run(os._exit, 3)
    assert pool.run(os.getpid) != first
    gone = psutil.Process(pool.run(os.getpid))  # and one that goes away between two pieces of work
    gone.kill()
    gone.wait(30)
    assert pool.run(abs, -1) == 1


def test_no_more_than_so_many(pool: Neighbours) -> None:
    with ThreadPoolExecutor(4) as threads:
        spans = list(threads.map(lambda _: pool.run(_span), range(4)))
    assert len({process for process, *_ in spans}) == 1
    ordered = sorted(span[1:] for span in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(ordered))


def _span() -> tuple[int, float, float]:
    began = time.monotonic()
    sum(range(100_000))
    return os.getpid(), began, time.monotonic()


def test_one_without_work_is_about_to_end_and_not_asked_again(
    pool: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = psutil.Process(pool.run(os.getpid))
    monkeypatch.setattr(beside, "IDLE_SECONDS", 0)
    assert pool.run(os.getpid) != process.pid
    assert not process.is_running()


def test_one_without_work_ends_by_itself(pool: Neighbours) -> None:
    # A process inherits what the one that starts it ignores and blocks.
    handled = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        process = psutil.Process(pool.run(_soon))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        signal.signal(signal.SIGALRM, handled)
    assert process.wait(30) in (-signal.SIGALRM, None)


def test_one_that_ends_while_it_is_asked_is_replaced(
    pool: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine it may not hear of the work before its minute is over: nobody is to be told so."""
    process = psutil.Process(pool.run(os.getpid))
    process.suspend()
    process.send_signal(signal.SIGALRM)  # waits until it goes on
    send = beside._Neighbour._send

    def and_go_on(neighbour: beside._Neighbour, message: object) -> None:
        send(neighbour, message)
        if process.is_running():
            process.resume()

    monkeypatch.setattr(beside._Neighbour, "_send", and_go_on)
    assert pool.run(os.getpid) != process.pid
    assert not process.is_running()


def test_reading_what_to_do_is_no_idleness(pool: Neighbours) -> None:
    assert pool.run(abs, _SecondsLeft()) == 0


class _SecondsLeft:
    """What reading this gives: in how many seconds the process that reads it would end."""

    def __reduce__(self) -> tuple[Callable[[int], int], tuple[int]]:
        return signal.alarm, (0,)


def _soon() -> int:
    """Shorten the time that this process waits for more."""
    beside.IDLE_SECONDS = 1
    return os.getpid()


def test_it_ends_with_whoever_began_it(pool: Neighbours) -> None:
    process = psutil.Process(pool.run(os.getpid))
    (neighbour,) = pool._idle
    neighbour._process.stdin.close()
    assert process.wait(30) in (0, None)
    assert pool.run(abs, -1) == 1
