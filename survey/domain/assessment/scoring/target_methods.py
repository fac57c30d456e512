"""Points by the target: the part that is completed, on target or not, steps beyond it, and bands."""

from fractions import Fraction

from survey.domain.assessment.indicators import ONE, ZERO, Better, Between

from .line_case import Earned, LineCase, given
from .number_words import percentage, reckoned, short, short_points
from .yardsticks import is_reached

NO_TARGET = "没有下达目标"


def score_complete(case: LineCase) -> Earned:
    """Return the points times the part of the target that is completed."""
    if case.target is None:
        return given(NO_TARGET, ZERO)
    if case.target == 0:
        return score_reach(case)
    said, share = share_of(case, case.target)
    if case.line.least is not None and share < case.line.least:
        return given(f"{case.told_against_target}，{_short_of(case, case.line.least)}", ZERO)
    return case.within(reckoned(case.whole, "×", said), case.points * share, case.points * case.line.cap)


def _short_of(case: LineCase, least: Fraction) -> str:
    if case.better is Better.HIGHER:
        return f"完成不到 {percentage(least)}"
    return f"超过目标 {percentage(1 - least)}以上"


def share_of(case: LineCase, whole: Fraction) -> tuple[str, Fraction]:
    """Return what part a number is of another that is not 0, in words and exactly: 1 where they are equal.

    A ÷ T where more is better, else 2 − A ÷ T; below 0 the other way round, so that a better number never
    is a smaller part.
    """
    ratio = case.value / whole
    said = case.quotient(case.value, whole)
    if (whole > 0) is (case.better is Better.HIGHER):
        return said, ratio
    return f"（{reckoned('2', '−', said)}）", 2 - ratio


def score_reach(case: LineCase) -> Earned:
    """Return all points on target, else none."""
    if case.target is None:
        return given(NO_TARGET, ZERO)
    if case.is_on_target:
        return given(f"{case.told_against_target}，达到目标", case.points)
    return given(f"{case.told_against_target}，未达到目标", ZERO)


def score_step(case: LineCase) -> Earned:
    """Return the points with so much more or less for each step beyond the target."""
    if case.target is None:
        return given(NO_TARGET, ZERO)
    line, start = case.line, case.points * case.line.start
    down = case.points if line.down is None else line.down
    if line.relative and case.target == 0:
        # There is no part of 0: on target, or as far from it as can be.
        change = ZERO if case.is_on_target else -down
    else:
        change = _steps(case, case.target) * (line.per or ZERO)
    kept = min(max(change, -down), line.up)
    earned = max(start + kept, ZERO)
    if not kept:
        return given(case.told_against_target, earned)
    said = case.whole if line.start == ONE else f"{case.whole} × {short(line.start)}"
    said += f" {'+' if change > 0 else '−'} {_steps_said(case, change)} = {short_points(start + change)}"
    if kept != change:
        said += f"，最多{'加' if change > 0 else '扣'} {short(abs(kept))} 分"
    if earned != start + change:
        said += f"，得 {short_points(earned)} 分"
    return earned, f"{case.told_against_target}，{said}"


def _steps(case: LineCase, target: Fraction) -> Fraction:
    """Return how many steps the number is beyond the target, below 0 if it is short of it."""
    line = case.line
    beyond = case.value - target if case.better is Better.HIGHER else target - case.value
    if line.relative:
        beyond = beyond / abs(target) * 100
    steps = beyond / (line.size or ONE)
    return Fraction(int(steps)) if line.whole else steps


def _steps_said(case: LineCase, change: Fraction) -> str:
    per = case.line.per
    return f"{short(per)} × {short(abs(change) / per)}" if per else short(abs(change))


def score_scale(case: LineCase) -> Earned:
    """Return the share of the points that belongs to the number's band, or to its place between two."""
    at = case.line.at if case.better is Better.HIGHER else case.line.at[::-1]
    passed = 0
    while passed < len(at) and is_reached(case.value, at[passed][0], case.better):
        passed += 1
    if not passed:
        return _share(case, f"没有达到 {case.text(at[0][0])}", case.line.under)
    edge, share = at[passed - 1]
    if case.line.between is Between.LINEAR and case.value != edge and passed < len(at):
        upper, upper_share = at[passed]
        share += (case.value - edge) / (upper - edge) * (upper_share - share)
        return _share(case, f"在 {case.text(edge)} 与 {case.text(upper)} 之间折算", share)
    return _share(case, f"达到 {case.text(edge)}", share)


def _share(case: LineCase, said: str, share: Fraction) -> Earned:
    earned = case.points * share
    return earned, f"{case.told}，{said}，{case.whole} × {short(share)} = {short_points(earned)}"
