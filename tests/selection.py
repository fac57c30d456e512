"""Which tests are quick: those that ``make check`` runs before every commit.

A new room of unit tests is quick unless named here, and a quick test that starts a server after all fails.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent
WHOLE = frozenset(
    {"attack", "browser", "deploy", "disclosure", "faults", "oracle", "scale", "secrecy", "web"}
)
"""Folders that try everything together: the theme suites, and pages."""
HEAVY = frozenset({"chromium", "postgres"})
"""Fixtures that start something large."""
_SERVERS = frozenset({"serve", "worker", "gunicorn"})
_guards: list[bool] = []


def is_quick(item: pytest.Item) -> bool:
    """Tell whether a test belongs to the quick ones."""
    room = item.path.relative_to(TESTS).parts[0]
    callspec = getattr(item, "callspec", None)
    on_postgres = callspec is not None and "postgresql" in callspec.params.values()
    needs = set(getattr(item, "fixturenames", ()))
    return not (room in WHOLE or item.get_closest_marker("slow") or on_postgres or needs & HEAVY)


@contextmanager
def without_servers() -> Iterator[None]:
    """Fail where this process listens, or starts one of the commands that go on, within a block."""
    _watch()
    _guards.append(True)
    try:
        yield
    finally:
        _guards.pop()


@cache
def _watch() -> None:
    """Look at what happens from now on: Python removes no audit hook."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if not _guards:
        return
    if event == "socket.bind":
        raise AssertionError("a quick test listens: mark it slow")
    if event == "subprocess.Popen":
        words = {Path(str(word)).name for word in arguments[1]}
        if words & _SERVERS:
            raise AssertionError("a quick test starts a server: mark it slow")
