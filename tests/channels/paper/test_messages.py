"""What the process that reads scans says: it comes back as it was, and what is none is no reading."""

import io
import json
from typing import Any

import pytest

from survey.channels.paper import messages
from survey.domain.paper.reading import (
    Doubt,
    LineReading,
    LineState,
    PageFault,
    PageReading,
    PageRefusal,
    SheetCode,
)

CODE = SheetCode(False, "0" * 16, "7K3M9Q", 2)
READ = PageReading(
    CODE,
    "B",
    [
        LineReading("c1.de", LineState.MARKED, "excellent"),
        LineReading("q.style", LineState.MARKED, ("a", "c")),
        LineReading("c1.neng", LineState.BLANK),
        LineReading("c2.de", LineState.DOUBTFUL, None, Doubt.FAINT),
    ],
    {"form.comment": True},
    {"c2.de": b"\x89PNG"},
    True,
)


def through_a_pipe(*said: Any) -> io.BytesIO:
    pipe = io.BytesIO()
    for one in said:
        messages.write(pipe, one)
    pipe.seek(0)
    return pipe


def test_what_is_said_comes_back() -> None:
    said = [READ, PageRefusal(PageFault.MARKERS, CODE), PageRefusal(PageFault.DAMAGED), None]
    pipe = through_a_pipe(*said)
    assert [messages.receive(pipe) for _ in said] == said
    with pytest.raises(EOFError):
        messages.receive(pipe)


GOOD = json.loads(through_a_pipe(READ).getvalue()[4:])


@pytest.mark.parametrize(
    "altered",
    [
        {"code": None},
        {"code": "nothing"},
        {"code": 7},
        {"state": "else", "lines": 3},
        {"state": "refused", "why": "because"},
        {"lines": [{"field": "c1.de", "state": "sure", "value": None}]},
        {"lines": [{"field": "c1.de", "state": "marked", "value": {"a": 1}}]},
        {"crops": {"c1.de": "no base64 !"}},
        {"areas": []},
    ],
)
def test_what_is_no_reading_is_refused(altered: Any) -> None:
    written = json.dumps(GOOD | altered).encode()
    with pytest.raises(ValueError, match="no message of a reader"):
        messages.receive(io.BytesIO(len(written).to_bytes(4) + written))


@pytest.mark.parametrize("content", [b"[]", b"null", b"{}", b"\xff", b"", b"[" * 100_000])
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no message of a reader"):
        messages.receive(io.BytesIO(len(content).to_bytes(4) + content))


def test_a_message_without_end_is_not_waited_for() -> None:
    with pytest.raises(ValueError, match="too long"):
        messages.receive(io.BytesIO(b"\xff" * 8))
    with pytest.raises(EOFError):
        messages.receive(io.BytesIO((100).to_bytes(4) + b"{"))
