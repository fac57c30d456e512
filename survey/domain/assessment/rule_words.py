"""The rules of an indicator in Chinese words, as they stand on papers and beside numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.scoring.line_case import SUBJECTS, written
from survey.domain.assessment.scoring.number_words import percentage, short
from survey.domain.assessment.scoring.task_scores import line_points
from survey.domain.assessment.scoring.yardsticks import Yardstick

from .facts import Target
from .indicators import ONE, ZERO, Basis, Better, Between, Indicator, Method, ScoringLine


@dataclass(frozen=True, slots=True)
class LineRule:
    """One scoring line as it holds for a unit: its points there, and what it is to reach."""

    line: ScoringLine
    indicator: Indicator
    points: Fraction
    aim: Fraction | None

    @property
    def is_higher_better(self) -> bool:
        """Return whether higher numbers are the better ones."""
        return self.indicator.better is Better.HIGHER

    @property
    def subject(self) -> str:
        """Write what the line looks at."""
        return "" if self.line.of is Basis.VALUE else SUBJECTS[self.line.of]

    @property
    def goal(self) -> str:
        """Write the target, with its number where there is one."""
        return "目标" if self.aim is None else f"目标（{self.told(self.aim)}）"

    @property
    def farther(self) -> str:
        """Write which side of the target is the worse one."""
        return "低于" if self.is_higher_better else "高于"

    def told(self, value: Fraction) -> str:
        """Write a number with what it is, where it is not the unit's number itself."""
        return f"{self.subject} {self.text(value)}" if self.subject else self.text(value)

    def text(self, value: Fraction) -> str:
        """Write a number that the line looks at, in its unit of measure."""
        if self.line.of is not Basis.VALUE:
            return written(self.line.of, value)
        between = "" if self.indicator.measure.startswith("%") else " "
        return f"{short(value)}{between}{self.indicator.measure}"

    def share(self, share: Fraction) -> str:
        """Write a share of the line's points."""
        return f"{short(self.points * share)} 分"


def words_of(indicator: Indicator, target: Target | None = None) -> str:
    """Write how an indicator is scored, line by line, as it holds for one unit or for all of them."""
    held = Target("", indicator.key, None) if target is None else target
    yardstick = Yardstick(held.target, held.base)
    said = [
        _line_words(LineRule(line, indicator, points, yardstick.aim(line)))
        for line, points in zip(indicator.score, line_points(indicator, held), strict=True)
    ]
    return "；".join(said)


def _line_words(rule: LineRule) -> str:
    return f"{short(rule.points)} 分：{_WORDS[rule.line.method](rule)}"


def _complete(rule: LineRule) -> str:
    line = rule.line
    if rule.is_higher_better:
        said = f"按完成{rule.goal}的比例计分"
    elif rule.aim == 0:
        return f"不超过{rule.goal}得满分，超过的不得分"
    elif line.cap > ONE:
        said = f"正好完成{rule.goal}得满分，比目标高（低）百分之几扣（加）百分之几"
    else:
        said = f"不超过{rule.goal}得满分，超过百分之几扣百分之几"
    if line.cap != ONE:
        said += f"，最多得 {rule.share(line.cap)}"
    if line.least is not None and rule.is_higher_better:
        said += f"，完成不到 {percentage(line.least)} 不得分"
    elif line.least is not None:
        said += f"，超过 {percentage(ONE - line.least)} 不得分"
    return said


def _reach(rule: LineRule) -> str:
    if rule.is_higher_better:
        return f"达到{rule.goal}得满分，达不到不得分"
    return f"不超过{rule.goal}得满分，超过不得分"


def _step(rule: LineRule) -> str:
    line = rule.line
    per, size = short(line.per or ZERO), _size(rule)
    better, worse = ("高", "低") if rule.is_higher_better else ("低", "高")
    said = f"{'达到' if rule.is_higher_better else '不超过'}{rule.goal}得 {rule.share(line.start)}"
    if line.up:
        said += f"，每{better}{size}加 {per} 分、最多加 {short(line.up)} 分"
    said += f"，每{worse}{size}扣 {per} 分、"
    said += "扣完为止" if line.down is None else f"最多扣 {short(line.down)} 分"
    return said + ("，不足一档不计" if line.whole else "，不足一档按比例计")


def _size(rule: LineRule) -> str:
    """Write how much one step is, with the space before a number."""
    size = rule.line.size or ONE
    if rule.line.relative:
        return f"目标的 {short(size)}%"
    if rule.line.of is Basis.VALUE:
        return f" {rule.text(size)}"
    points = size * 100 if rule.line.of is Basis.COMPLETION else size
    return f" {short(points)} 个百分点"


def _scale(rule: LineRule) -> str:
    at = rule.line.at[::-1] if rule.is_higher_better else rule.line.at
    side = "以上" if rule.is_higher_better else "以下"
    bands = "，".join(f"{rule.text(edge)}{side}得 {rule.share(share)}" for edge, share in at)
    subject = f"{rule.subject} " if rule.subject else ""
    said = f"{subject}{bands}，{rule.farther} {rule.text(at[-1][0])}得 {rule.share(rule.line.under)}"
    return said + ("，两档之间按比例折算" if rule.line.between is Between.LINEAR else "")


def _rank(rule: LineRule) -> str:
    by = rule.line.by or ZERO
    said = f"按{rule.subject or '数值'}在本类中的名次计分，第 1 名得满分，每低一名少 {rule.share(by)}"
    return said + (f"，达不到{rule.goal}不得分" if rule.line.qualify else "")


def _best(rule: LineRule) -> str:
    return f"{rule.subject or '数值'}与本类最好的相比，按比例计分"


def _spread(rule: LineRule) -> str:
    line = rule.line
    full = "本类最好的" if line.full is None else rule.text(line.full)
    none = "本类最差的" if line.none is None else rule.text(line.none)
    return (
        f"功效系数法，{rule.subject or '数值'}达到满意值（{full}）得满分，"
        f"不允许值（{none}）得 {rule.share(line.low)}，之间按比例折算"
    )


def _deduct(rule: LineRule) -> str:
    return f"每 {_one(rule)}扣 {short(rule.line.per or ZERO)} 分，扣完为止"


def _one(rule: LineRule) -> str:
    return "1 个百分点" if rule.line.of is Basis.GROWTH else f"1 {rule.indicator.measure}"


def _judged(_: LineRule) -> str:
    return "按评定的分数计分"


_WORDS: Mapping[Method, Callable[[LineRule], str]] = {
    Method.COMPLETE: _complete,
    Method.REACH: _reach,
    Method.STEP: _step,
    Method.SCALE: _scale,
    Method.RANK: _rank,
    Method.BEST: _best,
    Method.SPREAD: _spread,
    Method.DEDUCT: _deduct,
    Method.JUDGED: _judged,
}
