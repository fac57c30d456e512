"""Indicators: the numbers and judgements that are asked for, and the rules that turn them into points."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from survey.domain.definition.schema import N_, RowsEntry
from survey.domain.definition.schema_entries import (
    ChoiceEntry,
    FlagEntry,
    KeyEntry,
    NamedEntry,
    NamesEntry,
    NumberEntry,
    TextEntry,
)

from .entry_kinds import OptionalNumberEntry, PairsEntry


class Rhythm(StrEnum):
    """How often something is reported."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Return how many months one turn takes."""
        return {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}[self]

    def is_due(self, month: int) -> bool:
        """Return whether it is reported for a month (1 to 12)."""
        return month % self.months == 0


class IndicatorGroup(StrEnum):
    """Whether an indicator is asked of all units, of some, or binds them."""

    COMMON = "common"
    SPECIFIC = "specific"
    BINDING = "binding"


class Better(StrEnum):
    """Which numbers are the better ones."""

    HIGHER = "higher"
    LOWER = "lower"


class Runs(StrEnum):
    """Whether numbers add up since 1 January, or stand for themselves."""

    SUM = "sum"
    LEVEL = "level"


class Reporter(StrEnum):
    """Who reports an indicator's numbers."""

    UNIT = "unit"
    LEAD = "lead"
    OFFICE = "office"


class EvidenceRule(StrEnum):
    """Whether files go with a number."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Method(StrEnum):
    """How a scoring line turns a number into points."""

    COMPLETE = "complete"
    REACH = "reach"
    STEP = "step"
    SCALE = "scale"
    RANK = "rank"
    BEST = "best"
    SPREAD = "spread"
    DEDUCT = "deduct"
    JUDGED = "judged"


class Basis(StrEnum):
    """What of a number a scoring line looks at: itself, A ÷ T, or (A − B) ÷ B × 100."""

    VALUE = "value"
    COMPLETION = "completion"
    GROWTH = "growth"


class Between(StrEnum):
    """What a scale gives between two of its values."""

    STEP = "step"
    LINEAR = "linear"


ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, kw_only=True)
class ScoringLine:
    """One rule that turns a number into points; which keys it may have depends on its method."""

    points: Annotated[Fraction, NumberEntry(N_("分值"))]
    method: Annotated[
        Method,
        ChoiceEntry(
            N_("计分办法"),
            words={
                Method.COMPLETE: N_("按完成比例计分"),
                Method.REACH: N_("完成得满分，未完成不得分"),
                Method.STEP: N_("每超（差）一档加（扣）分"),
                Method.SCALE: N_("按区间计分"),
                Method.RANK: N_("按名次计分"),
                Method.BEST: N_("与最好的比"),
                Method.SPREAD: N_("功效系数法"),
                Method.DEDUCT: N_("每次扣分"),
                Method.JUDGED: N_("考核组评分"),
            },
        ),
    ]
    of: Annotated[
        Basis,
        ChoiceEntry(
            N_("看什么"),
            words={
                Basis.VALUE: N_("数值"),
                Basis.COMPLETION: N_("完成率"),
                Basis.GROWTH: N_("增长率（%）"),
            },
        ),
    ] = Basis.VALUE
    target: Annotated[Fraction | None, OptionalNumberEntry(N_("目标（代替各单位的）"), signed=True)] = None
    cap: Annotated[Fraction, NumberEntry(N_("最多得几倍分"), above_zero=True)] = ONE
    least: Annotated[Fraction | None, OptionalNumberEntry(N_("完成率低于多少不得分"))] = None
    start: Annotated[Fraction, NumberEntry(N_("正好完成得几成"))] = ONE
    per: Annotated[Fraction | None, OptionalNumberEntry(N_("每档几分"))] = None
    size: Annotated[Fraction | None, OptionalNumberEntry(N_("一档多少"), above_zero=True)] = None
    relative: Annotated[bool, FlagEntry(N_("一档按目标的百分比"))] = False
    whole: Annotated[bool, FlagEntry(N_("不足一档不计"))] = True
    up: Annotated[Fraction, NumberEntry(N_("最多加几分"))] = ZERO
    down: Annotated[Fraction | None, OptionalNumberEntry(N_("最多扣几分"))] = None
    at: Annotated[tuple[tuple[Fraction, Fraction], ...], PairsEntry(N_("区间"), N_("每个数值得几成分"))] = ()
    between: Annotated[
        Between,
        ChoiceEntry(N_("区间之间"), words={Between.STEP: N_("按下一档"), Between.LINEAR: N_("按比例折算")}),
    ] = Between.STEP
    under: Annotated[Fraction, NumberEntry(N_("低于最低一档得几成"))] = ZERO
    by: Annotated[Fraction | None, OptionalNumberEntry(N_("每低一名少几成"))] = None
    qualify: Annotated[bool, FlagEntry(N_("没有完成目标不得分"))] = False
    low: Annotated[Fraction, NumberEntry(N_("最低得几成"))] = ZERO
    full: Annotated[Fraction | None, OptionalNumberEntry(N_("满意值"), signed=True)] = None
    none: Annotated[Fraction | None, OptionalNumberEntry(N_("不允许值"), signed=True)] = None


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One number or judgement that is asked for; ``classes`` are those of the units that have it."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("指标名称"))]
    measure: Annotated[str, TextEntry(N_("计量单位"))]
    group: Annotated[
        IndicatorGroup,
        ChoiceEntry(
            N_("指标类型"),
            words={
                IndicatorGroup.COMMON: N_("共性指标"),
                IndicatorGroup.SPECIFIC: N_("个性指标"),
                IndicatorGroup.BINDING: N_("约束性指标"),
            },
        ),
    ] = IndicatorGroup.SPECIFIC
    binding: Annotated[bool, FlagEntry(N_("未完成时降低等次"))] = False
    classes: Annotated[tuple[str, ...], NamesEntry(N_("适用类别"), of="classes")] = ()
    better: Annotated[
        Better,
        ChoiceEntry(N_("数值"), words={Better.HIGHER: N_("越高越好"), Better.LOWER: N_("越低越好")}),
    ] = Better.HIGHER
    runs: Annotated[
        Runs,
        ChoiceEntry(N_("口径"), words={Runs.SUM: N_("1 月起累计"), Runs.LEVEL: N_("当期水平")}),
    ] = Runs.SUM
    reported: Annotated[
        Rhythm | None,
        ChoiceEntry(
            N_("多久填报一次"),
            words={Rhythm.MONTH: N_("每月"), Rhythm.QUARTER: N_("每季度"), Rhythm.YEAR: N_("年终一次")},
        ),
    ] = None
    source: Annotated[
        Reporter,
        ChoiceEntry(
            N_("由谁填报"),
            words={
                Reporter.UNIT: N_("被考核单位"),
                Reporter.LEAD: N_("牵头部门"),
                Reporter.OFFICE: N_("考核办"),
            },
        ),
    ] = Reporter.UNIT
    lead: Annotated[str, NamedEntry(N_("牵头部门"), of="departments", optional=True)] = ""
    leader: Annotated[str, TextEntry(N_("包抓领导"))] = ""
    evidence: Annotated[
        EvidenceRule,
        ChoiceEntry(
            N_("佐证材料"),
            words={
                EvidenceRule.NONE: N_("不需要"),
                EvidenceRule.OPTIONAL: N_("可以附"),
                EvidenceRule.REQUIRED: N_("必须附"),
            },
        ),
    ] = EvidenceRule.OPTIONAL
    score: Annotated[tuple[ScoringLine, ...], RowsEntry(N_("计分细则"), of=ScoringLine, least=1, most=20)]

    @property
    def points(self) -> Fraction:
        """Return the sum of its lines' points."""
        return sum((line.points for line in self.score), ZERO)
