"""One number under one scoring line, as tests write it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from survey.domain.assessment.indicators import Better
from survey.domain.assessment.outcome import LineScore
from survey.domain.assessment.scoring.scoring_lines import score_line
from survey.domain.assessment.scoring.yardsticks import Peers
from tests.domain.assessment.small import Number, a_line, number


def score(
    method: str,
    actual: Number,
    target: Number = None,
    *,
    points: Number = 10,
    better: str = "higher",
    base: Number = None,
    peers: Sequence[Number] | None = None,
    own: Number = None,
    **keys: Any,
) -> LineScore:
    """Return what a line gives a number; ``own`` is the line's own target."""
    reached, of_line = number(actual), number(points)
    assert reached is not None
    assert of_line is not None
    known = [Fraction(one) for one in peers or () if one is not None]
    return score_line(
        a_line(method=method, **({} if own is None else {"target": own}), **keys),
        points=of_line,
        better=Better(better),
        target=number(target),
        base=number(base),
        actual=reached,
        peers=Peers(known, Better(better)) if known else None,
    )
