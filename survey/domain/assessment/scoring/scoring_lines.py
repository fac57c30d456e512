"""Scoring lines: the rules that turn one number into points, each with its sum in Chinese words."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from survey.domain.assessment.indicators import ZERO, Basis, Better, Method, ScoringLine
from survey.domain.assessment.outcome import LineScore

from .class_methods import score_best, score_rank, score_spread
from .line_case import Earned, LineCase, given
from .number_words import bracketed, reckoned, short
from .target_methods import NO_TARGET, score_complete, score_reach, score_scale, score_step
from .yardsticks import Peers, Yardstick, is_reached


def score_line(
    line: ScoringLine,
    *,
    points: Fraction,
    better: Better,
    target: Fraction | None,
    base: Fraction | None,
    actual: Fraction,
    peers: Peers | None = None,
) -> LineScore:
    """Return what one scoring line gives a number, of so many points.

    ``peers`` holds what the line looks at of all units of the class that reported, this one's among them;
    without peers a number is compared with itself.
    """
    yardstick = Yardstick(target, base)
    value = yardstick.look(line, actual)
    if value is None:
        return LineScore(points, *_unknown(line, points, better, yardstick, actual))
    peers = Peers([value], better) if peers is None else peers
    case = LineCase(line, points, better, value, yardstick.aim(line), peers)
    return LineScore(points, *_METHODS[line.method](case))


def _unknown(
    line: ScoringLine, points: Fraction, better: Better, yardstick: Yardstick, actual: Fraction
) -> Earned:
    """Return the points where what a line looks at would be divided by 0, or by what nobody gave."""
    if line.of is Basis.GROWTH:
        said = "没有上年实绩" if yardstick.base is None else "上年实绩为 0，算不出增长率"
        return given(said, ZERO)
    if yardstick.target is None:
        return given(NO_TARGET, ZERO)
    if is_reached(actual, yardstick.target, better):
        return given(f"实际 {short(actual)}，目标 0，达到目标", points)
    return given(f"实际 {short(actual)}，目标 0，未达到目标", ZERO)


def _score_deduct(case: LineCase) -> Earned:
    """Return the points less so many for each one of the number."""
    per = case.line.per or ZERO
    said = reckoned(f"{case.whole} − {short(per)}", "×", bracketed(case.text(case.value)))
    return case.within(said, case.points - per * case.value, case.points)


def _score_judged(case: LineCase) -> Earned:
    """Return the number itself, which is points already."""
    earned = min(max(case.value, ZERO), case.points)
    said = f"评 {short(case.value)} 分"
    return (earned, said) if earned == case.value else given(said, earned)


_METHODS: Mapping[Method, Callable[[LineCase], Earned]] = {
    Method.COMPLETE: score_complete,
    Method.REACH: score_reach,
    Method.STEP: score_step,
    Method.SCALE: score_scale,
    Method.RANK: score_rank,
    Method.BEST: score_best,
    Method.SPREAD: score_spread,
    Method.DEDUCT: _score_deduct,
    Method.JUDGED: _score_judged,
}
