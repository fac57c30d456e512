"""Waitress' tasks, each to the threads of its share."""

import copy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

from .shares import OTHERS, ThreadShare, Turns, share_of

WATERMARK_OF_STATEMENTS = 128 * 1024
"""Bytes of an answer in memory while somebody's report goes to a phone."""


@dataclass(frozen=True)
class _Voting:
    """A voter's request, counted from when it is complete until it has been answered."""

    channel: HTTPChannel
    turns: Turns

    def service(self) -> None:
        try:
            self.channel.service()
        finally:
            self.turns.go()

    def cancel(self) -> None:
        self.channel.cancel()
        self.turns.go()


@dataclass(frozen=True)
class _Waiting:
    """Anybody else's request."""

    channel: HTTPChannel
    turns: Turns
    share: ThreadShare

    def service(self) -> None:
        with self.turns.others(self.share), _buffered(self.channel, self.share):
            self.channel.service()

    def cancel(self) -> None:
        self.channel.cancel()


@contextmanager
def _buffered(channel: HTTPChannel, share: ThreadShare) -> Iterator[None]:
    """Keep little of a report in memory: a whole hall may ask, and each thread waits for its phone."""
    ordinary = channel.adj
    if share is ThreadShare.STATEMENTS:
        channel.adj = copy.copy(ordinary)
        channel.adj.outbuf_high_watermark = WATERMARK_OF_STATEMENTS
    try:
        yield
    finally:
        channel.adj = ordinary


class Dispatcher:
    """As many queues as there are shares, each with threads of its own."""

    def __init__(self, voters: int) -> None:
        self.turns = Turns()
        self._of = {share: ThreadedTaskDispatcher() for share in ThreadShare}
        for share, one in self._of.items():
            one.set_thread_count(OTHERS.get(share, voters))

    def add_task(self, channel: HTTPChannel) -> None:
        """Put a connection, whose first request is complete, into the queue of its share."""
        request = channel.requests[0]
        # What could not be read has no address, and is answered at once.
        share = ThreadShare.VOTERS if request.error else share_of(request.path, logged_in=request.logged_in)
        if share is ThreadShare.VOTERS:
            self.turns.come()
            self._of[share].add_task(_Voting(channel, self.turns))
        else:
            self._of[share].add_task(_Waiting(channel, self.turns, share))

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> None:
        """End all threads, after so many seconds at the latest."""
        until = time.time() + timeout
        for one in self._of.values():
            one.set_thread_count(0)
        for one in self._of.values():
            one.shutdown(cancel_pending, max(0.0, until - time.time()))
