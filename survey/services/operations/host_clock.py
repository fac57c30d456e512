"""Whether this machine's clock follows a time server, as far as the system tells."""

import ctypes
import sys

_UNSYNCHRONISED = 5
_ROOM = 512
"""More than the kernel's answer takes; its first field, all zero, asks for nothing to be changed."""


def follows_a_server() -> bool | None:
    """Return whether the system's clock is kept by a time server; ``None`` where the system does not say.

    Linux knows it whichever programme keeps the time (``adjtimex``); in a container it is the host's clock.
    """
    if not sys.platform.startswith("linux"):
        return None
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_ROOM))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else state != _UNSYNCHRONISED
