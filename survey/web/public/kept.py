"""Answers that were made once and are kept in memory: an edition never changes."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from gzip import compress, decompress

from flask import Flask, Response, current_app

from survey.domain.operations.bounded_cache import BoundedCache
from survey.web import compression

MAX_BYTES = 32 * 1024 * 1024
"""How much is kept, compressed."""
_MAX_ANSWERS = 4096
_NAME = "minping-published"


@dataclass(frozen=True)
class Answer:
    """The bytes of an answer, compressed, and what they are: plain, tables take twenty times as many."""

    packed: bytes
    mimetype: str

    @property
    def plain(self) -> bytes:
        """Return the bytes for the few clients that take nothing compressed."""
        return decompress(self.packed)


class AnswerCache:
    """Answers by what they were made of, as many as there is room for."""

    def __init__(self, most: int = MAX_BYTES) -> None:
        self._answers = BoundedCache[Hashable, Answer](_MAX_ANSWERS, most)

    def get(self, key: Hashable, make: Callable[[], tuple[bytes, str]]) -> Answer:
        """Return the answer kept under a key, made now if there is none."""
        answer = self._answers.get(key)
        if answer is None:
            plain, mimetype = make()
            answer = Answer(compress(plain, 6, mtime=0), mimetype)
            self._answers.put(key, answer, len(answer.packed))
        return answer


def attach(app: Flask) -> None:
    """Give an application a memory of its own."""
    app.extensions[_NAME] = AnswerCache()


def kept() -> AnswerCache:
    """Return the application's memory of answers."""
    found: AnswerCache = current_app.extensions[_NAME]
    return found


def respond(answer: Answer) -> Response:
    """Answer with what is kept, compressed where the client takes it."""
    packed = compression.wanted()
    response = Response(answer.packed if packed else answer.plain, mimetype=answer.mimetype)
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
