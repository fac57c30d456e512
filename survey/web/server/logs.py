"""What a server says on standard error: one JSON object a line, and never anything about a voter.

Services write through ``logging.getLogger("minping")`` and give their facts as ``extra={"facts": …}``. What
libraries say is kept to its source, its level and the kind of failure: their sentences quote addresses and
paths. Docs: docs/operations.md.
"""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog

from survey.domain.operations.failure import kind_and_places

OURS = "minping"
WITHHELD = "withheld"

_TELLING = re.compile(
    r"(?i)code|share|key|passw|token|secret|seed|receipt|ballot|answer|comment|cookie|session|recovery|totp"
    r"|body|form|address|remote|path|url|uri|query|agent|referer|header"
)
"""Names of what must not be in a log; whoever gives such a fact learns that from the line."""
_SECRET = re.compile(
    r"[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){2,}"  # a code, a receipt, a check value
    r"|[0-9A-Za-z+/_=-]{32,}"  # a key, a digest, a signed link
    r"|\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-fA-F]{1,4}:){2,}[0-9a-fA-F:.]*|::[0-9a-fA-F]"  # an address
)
_TIMELESS = "timeless"

Facts = MutableMapping[str, Any]


class _StandardError:
    """Writes where standard error is now, a line at a time."""

    def msg(self, line: str) -> None:
        # A full disk behind it, or nobody any more: whoever has something to say goes on all the same.
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    info = warning = error = critical = msg


def _timed(_logger: object, _method: str, facts: Facts) -> Facts:
    """Add the moment, except to what a voter's request brought about."""
    if not facts.pop(_TIMELESS, False):
        facts["time"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return facts


def refuse_secrets(_logger: object, _method: str, facts: Facts) -> Facts:
    """Put a word in the place of every fact that is, or may be, a secret or says who somebody is."""
    return {name: WITHHELD if _is_telling(name, value) else _plain(value) for name, value in facts.items()}


def _is_telling(name: str, value: object) -> bool:
    return bool(_TELLING.search(name) or (isinstance(value, str) and _SECRET.search(value)))


def _plain(value: object) -> object:
    """Keep what a line of JSON can hold; of anything else its kind, for its text could hold anything."""
    return value if value is None or isinstance(value, (str, int, float, bool)) else type(value).__name__


_line = structlog.wrap_logger(
    _StandardError(),
    # The moment comes last: it looks like an address.
    processors=[
        structlog.processors.add_log_level,
        refuse_secrets,
        _timed,
        structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
)


def say(event: str, *, level: str = "info", **facts: object) -> None:
    """Write one line: what happened, in one or two words, and its facts."""
    getattr(_line, level)(event, **facts)


def say_timeless(event: str, **facts: object) -> None:
    """Write one line about a failure that a voter met: when that was is nobody's business."""
    _line.error(event, **facts, **{_TIMELESS: True})


class _Bridge(logging.Handler):
    """Carries what is logged through ``logging`` into the same lines."""

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname.lower() if record.levelno < logging.CRITICAL else "critical"
        if record.name == OURS:
            say(record.getMessage(), level=level, **getattr(record, "facts", {}))
            return
        error = record.exc_info[1] if record.exc_info else None
        facts = kind_and_places(error) if error else {}
        # Nor the moment: a library may be speaking of a voter's request.
        _of_level(level)("library", source=record.name, **facts, **{_TIMELESS: True})


def _of_level(level: str) -> Callable[..., object]:
    said: Callable[..., object] = getattr(_line, level)
    return said


def attach() -> None:
    """Lead all that this process logs into these lines; again, it changes nothing."""
    _lead(logging.getLogger(), logging.WARNING)
    _lead(logging.getLogger(OURS), logging.INFO)
    # Servers that bring handlers of their own, which would write addresses and paths.
    for name in ("gunicorn.error", "gunicorn.access", "asyncio", "werkzeug", "sqlalchemy"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True


def _lead(logger: logging.Logger, level: int) -> None:
    if not any(isinstance(handler, _Bridge) for handler in logger.handlers):
        logger.addHandler(_Bridge(level))
    if logger.name == OURS:
        logger.setLevel(level)
        logger.propagate = False
