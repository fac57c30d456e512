"""gunicorn's threads in shares: a worker reads a request, and hands it to the threads of its kind."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import unquote

from gunicorn.workers.gthread import ThreadWorker

from .shares import OTHERS, SharedMoment, ThreadShare, Turns, notes_login, share_of, take_turns

_HANDED_ON = object()
_VOTED = SharedMoment()
"""Made where the workers come from: all voters may have come to one, while a flood is at another."""


class _HandOn(BaseException):
    """Leaves the threads for voters, past whatever catches failures there."""

    def __init__(self, share: ThreadShare, request: Any) -> None:
        self.share = share
        self.request = request


class _Again:
    """A connection's parser that gives a request once more, which was read by another thread."""

    def __init__(self, parser: Any, request: Any) -> None:
        self.parser = parser
        self._request = request

    def __next__(self) -> Any:
        return self._request

    def __getattr__(self, name: str) -> Any:
        return getattr(self.parser, name)


class SharingWorker(ThreadWorker):
    """A worker whose ``threads`` are for voters; others have a few of their own beside."""

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Return the threads that read requests and answer voters."""
        take_turns()
        self.turns = Turns(voted=_VOTED)
        self.pools = {share: ThreadPoolExecutor(number, share) for share, number in OTHERS.items()}
        pool: ThreadPoolExecutor = super().get_thread_pool()
        return pool

    def handle(self, conn: Any) -> Any:
        """Read a request and answer it, or hand it on."""
        try:
            return super().handle(conn)
        except _HandOn as handed:
            conn.parser = _Again(conn.parser, handed.request)
            later = self.pools[handed.share].submit(super().handle, conn)
            later.add_done_callback(partial(self.method_queue.defer, self._answered, conn))
            return _HANDED_ON

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request, if this is a thread for it."""
        share = self._share(req)
        if share is ThreadShare.VOTERS:
            with self.turns.voting():
                return super().handle_request(req, conn)
        if not isinstance(conn.parser, _Again):
            raise _HandOn(share, req)
        with self.turns.others(share):
            return super().handle_request(req, conn)

    def finish_request(self, conn: Any, fs: "Future[Any]") -> None:
        """See to the connection, unless its request is being answered elsewhere still."""
        if fs.cancelled() or fs.exception() is not None or fs.result() is not _HANDED_ON:
            super().finish_request(conn, fs)

    def _answered(self, conn: Any, fs: "Future[Any]") -> None:
        conn.parser = conn.parser.parser
        super().finish_request(conn, fs)

    def _share(self, req: Any) -> ThreadShare:
        cookies = "; ".join(value for name, value in req.headers if name == "COOKIE")
        # As the address reaches the application.
        path = unquote(req.path, "latin-1")
        return share_of(path, logged_in=notes_login(self.wsgi, cookies))
