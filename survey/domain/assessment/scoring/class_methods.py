"""Points by the class: the rank in it, the part of its best, and the place between two ends (功效系数)."""

from survey.domain.assessment.indicators import ONE, ZERO, Better

from .line_case import Earned, LineCase, given
from .number_words import bracketed, reckoned, short
from .target_methods import NO_TARGET, share_of
from .yardsticks import is_reached


def score_rank(case: LineCase) -> Earned:
    """Return the points less a part of them for each place below the first; equal ones share a place."""
    if case.line.qualify and not case.is_on_target:
        if case.target is None:
            return given(NO_TARGET, ZERO)
        return given(f"{case.told_against_target}，未达到目标", ZERO)
    place, by = case.peers.rank(case.value), case.line.by or ZERO
    said = f"{case.told}，第 {place} 名，{case.whole} ×（1 − {short(by)} × {place - 1}）"
    return case.within(said, case.points * (1 - by * (place - 1)), case.points)


def score_best(case: LineCase) -> Earned:
    """Return the points times the part that the number is of the class's best."""
    best = case.peers.best
    said = f"{case.told}，本类最好 {case.text(best)}"
    if case.value == best:
        return given(said, case.points)
    if case.better is Better.HIGHER and best != 0:
        part, share = share_of(case, best)
    elif case.better is Better.LOWER and best > 0:
        part, share = case.quotient(best, case.value), best / case.value
    elif best < 0:
        part, share = case.quotient(case.value, best), case.value / best
    else:
        return given(said, ZERO)  # of 0 everything else is no part at all
    return case.within(f"{said}，{reckoned(case.whole, '×', part)}", case.points * share, case.points)


def score_spread(case: LineCase) -> Earned:
    """Return the points by the place between the value that is not allowed and the one that satisfies.

    Where these are not given they are the class's ends. Where nothing lies between them, only who has
    reached the upper one earns the points.
    """
    line = case.line
    full = case.peers.best if line.full is None else line.full
    none = case.peers.worst if line.none is None else line.none
    ends = f"{case.told}，满意值 {case.text(full)}，不允许值 {case.text(none)}"
    if is_reached(none, full, case.better):
        return given(ends, case.points if is_reached(case.value, none, case.better) else ZERO)
    share = line.low + (ONE - line.low) * (case.value - none) / (full - none)
    value, upper, lower = (bracketed(case.text(one)) for one in (case.value, full, none))
    place = f"（{reckoned(value, '−', lower)}）÷（{reckoned(upper, '−', lower)}）"
    if line.low:
        place = f"（{short(line.low)} + {short(ONE - line.low)} ×{place}）"
    return case.within(f"{ends}，{reckoned(case.whole, '×', place)}", case.points * share, case.points)
