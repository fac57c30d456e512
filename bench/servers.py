"""The servers that figures are of: the default one and that of production."""

import contextlib

from survey.config import Settings

from .setting import Server, deployed, minping
from .table import PRODUCTION, SERVE

KINDS = (SERVE, PRODUCTION)


def serving_as(kind: str, settings: Settings) -> contextlib.AbstractContextManager[Server]:
    """Serve an instance by one of ``KINDS`` for the length of a block."""
    return minping(settings) if kind == SERVE else deployed(settings)
