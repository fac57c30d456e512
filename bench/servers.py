"""The servers that figures are of: the default one and that of production."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from survey.config import Settings

from .setting import Server, environment, gunicorn
from .slow import waitress
from .table import PRODUCTION, SERVE

KINDS = (SERVE, PRODUCTION)
THREADS = 8
"""What ``minping serve`` takes without options."""
_CONF = Path(__file__).resolve().parent.parent / "deploy" / "gunicorn.conf.py"


@contextlib.contextmanager
def serving_as(kind: str, settings: Settings) -> Iterator[Server]:
    """Serve an instance by one of ``KINDS`` for the length of a block."""
    if kind == SERVE:
        with waitress(settings, THREADS) as server:
            yield server
    else:
        with gunicorn("survey:create_app()", environment(settings), ("-c", str(_CONF))) as server:
            yield server
