"""What the process that reads scans says of each page, as JSON through its pipe.

That process has had strangers' files in its hands: what it writes is data, checked as it comes.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import IO, Any

from survey.domain.paper.reading import (
    Doubt,
    LineReading,
    LineState,
    PageFault,
    PageReading,
    PageRefusal,
    SheetCode,
    sheet_code,
)

MAX_BYTES = 64 * 1024 * 1024
"""Of one message: the pictures of all lines of an A3 page are a hundredth of that."""
_LENGTH_BYTES = 4
_ENDED = {"state": "ended"}

Read = PageReading | PageRefusal


def write(out: IO[bytes], read: Read | None) -> None:
    """Write what was read of a page, ``None`` where a file ends."""
    said = json.dumps(_ENDED if read is None else _as_json(read), ensure_ascii=False).encode()
    out.write(len(said).to_bytes(_LENGTH_BYTES) + said)
    out.flush()


def receive(pipe: IO[bytes]) -> Read | None:
    """Take one message; raises ``EOFError`` where the process is gone, ``ValueError`` where it is none."""
    length = int.from_bytes(_exactly(pipe, _LENGTH_BYTES))
    if length > MAX_BYTES:
        raise ValueError("a message that is too long")
    try:
        said = json.loads(_exactly(pipe, length))
        return None if said == _ENDED else _of_json(said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no message of a reader") from error


def _as_json(read: Read) -> Mapping[str, Any]:
    code = str(read.code) if read.code else None
    if isinstance(read, PageRefusal):
        return {"state": "refused", "why": read.why, "code": code}
    return {
        "state": "read",
        "code": code,
        "group": read.group,
        "lines": [line.as_json() for line in read.lines],
        "areas": dict(read.areas),
        "crops": {name: b64encode(picture).decode() for name, picture in read.crops.items()},
        "strip": read.strip,
    }


def _of_json(said: Mapping[str, Any]) -> Read:
    code = None if said["code"] is None else _code(said["code"])
    if said["state"] == "refused":
        return PageRefusal(PageFault(said["why"]), code)
    if code is None:
        raise ValueError("a page that was read has a code")
    return PageReading(
        code,
        str(said["group"]),
        [_line(line) for line in said["lines"]],
        {str(name): bool(ink) for name, ink in said["areas"].items()},
        {str(name): b64decode(picture, validate=True) for name, picture in said["crops"].items()},
        bool(said["strip"]),
    )


def _code(text: str) -> SheetCode:
    code = sheet_code(text)
    if code is None:
        raise ValueError("no code of a sheet")
    return code


def _line(said: Mapping[str, Any]) -> LineReading:
    value = said["value"]
    ticked = tuple(map(str, value)) if isinstance(value, list) else value
    if not isinstance(ticked, str | tuple | None):
        raise ValueError("no value of a line")
    why = Doubt(said["why"]) if "why" in said else None
    return LineReading(str(said["field"]), LineState(said["state"]), ticked, why)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    read = pipe.read(length)
    if len(read) < length:
        raise EOFError("the process is gone")
    return read
