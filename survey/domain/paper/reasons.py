"""Reasons on paper: which frame is whose, and which lines a reason in it serves."""

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.campaign import Line


def reason_field(line: Line) -> str:
    """Return the field of a line's reason, as it is posted."""
    return f"{line.name}.reason"


def reason_frames(form: BallotForm) -> dict[str, str]:
    """Map keys of ratees to the field of the one frame in which reasons about them are written.

    It is the field of the ratee's first line: what is written there serves all of the ratee's lines.
    """
    frames: dict[str, str] = {}
    for line in form.reasoned:
        frames.setdefault(line.ratee.key, reason_field(line))
    return frames
