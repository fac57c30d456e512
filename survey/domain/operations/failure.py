"""An unforeseen failure as it may be written down: its kind and its places in the code, never its message.

A message may quote what somebody sent: a code, a share, an answer.
"""

from pathlib import Path
from traceback import extract_tb


def kind_and_places(error: BaseException) -> dict[str, str]:
    """Return what failed and where, the innermost place first."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)]
    return {"failure": type(error).__name__, "at": " < ".join(reversed(places))}
