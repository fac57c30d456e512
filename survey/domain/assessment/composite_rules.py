"""What a unit's total is made of: entries, sheets, components, and the bands and quotas that follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from survey.domain.definition.schema import N_, RowsEntry, TableEntry
from survey.domain.definition.schema_entries import (
    ChoiceEntry,
    FlagEntry,
    KeyEntry,
    LimitEntry,
    NamesEntry,
    NumberEntry,
    TextEntry,
    WholeEntry,
)
from survey.domain.definition.weighting import Missing

from .entry_kinds import MapEntry, NumbersEntry, OptionalNumberEntry, PairsEntry


@dataclass(frozen=True, kw_only=True)
class EntryItem:
    """What points are added or taken off for: ``each`` is the most of one entry, below 0 for a deduction.

    ``cap`` is the most of the item, either way; ``None``: no limit.
    """

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("加减分项"))]
    each: Annotated[Fraction | None, OptionalNumberEntry(N_("一次最多"), signed=True)]
    cap: Annotated[Fraction | None, OptionalNumberEntry(N_("本项最多"))] = None


@dataclass(frozen=True, kw_only=True)
class EntryCaps:
    """The most that all entries together add or take off; ``None``: no limit."""

    bonus: Annotated[Fraction | None, OptionalNumberEntry(N_("加分合计最多"))] = None
    deduction: Annotated[Fraction | None, OptionalNumberEntry(N_("减分合计最多"))] = None


class SheetKind(StrEnum):
    """Whether a sheet gives points or places."""

    POINTS = "points"
    RANK = "rank"


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One line of a sheet: what it gives points for, and the most of them."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("评分项目"))]
    points: Annotated[Fraction, NumberEntry(N_("分值"), above_zero=True)]


@dataclass(frozen=True, kw_only=True)
class TrimRule:
    """How many of the highest and of the lowest are left out where there are at least ``least`` scorers."""

    least: Annotated[int, WholeEntry(N_("几人起"), key="from", least=1)]
    high: Annotated[int, WholeEntry(N_("去掉几个最高分"))] = 1
    low: Annotated[int, WholeEntry(N_("去掉几个最低分"))] = 1


@dataclass(frozen=True, kw_only=True)
class ScoreSheet:
    """A sheet on which people give points by name, sealed until all are in.

    Of a ``rank`` sheet each place below the first takes ``by`` of the points off.
    """

    key: Annotated[str, KeyEntry()]
    title: Annotated[str, TextEntry(N_("评分表名称"))]
    lines: Annotated[tuple[SheetLine, ...], RowsEntry(N_("评分项目"), of=SheetLine, least=1, most=100)]
    kind: Annotated[
        SheetKind,
        ChoiceEntry(N_("评分方式"), words={SheetKind.POINTS: N_("打分"), SheetKind.RANK: N_("排名次")}),
    ] = SheetKind.POINTS
    by: Annotated[Fraction | None, OptionalNumberEntry(N_("每低一名少几成"))] = None
    trim: Annotated[TrimRule | None, TableEntry(N_("去掉最高最低分"), of=TrimRule)] = None
    min_scorers: Annotated[int, WholeEntry(N_("几人起才告知单位"), least=1)] = 3


class ComponentSource(StrEnum):
    """Where a part of the total comes from."""

    INDICATORS = "indicators"
    PERIODS = "periods"
    CAMPAIGN = "campaign"
    SHEET = "sheet"
    ENTERED = "entered"


class CountedRow(StrEnum):
    """Which of a count's values is taken."""

    WEIGHTED = "weighted"
    POOLED = "pooled"


SCORE = "score"
RATE = "rate:"


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part of the total, and its weight.

    ``value`` is ``score``, or ``rate:`` and the key of a rate; ``at`` turns the value into points by bands;
    ``factor`` says that it is multiplied by the unit's factor.
    """

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("组成部分"))]
    weight: Annotated[Fraction, NumberEntry(N_("权重"))]
    source: Annotated[
        ComponentSource,
        ChoiceEntry(
            N_("来自"),
            key="from",
            words={
                ComponentSource.INDICATORS: N_("目标任务"),
                ComponentSource.PERIODS: N_("各期得分"),
                ComponentSource.CAMPAIGN: N_("民主测评"),
                ComponentSource.SHEET: N_("评分表"),
                ComponentSource.ENTERED: N_("直接录入"),
            },
        ),
    ]
    indicators: Annotated[tuple[str, ...] | None, NamesEntry(N_("指标"), of="indicators")] = None
    weights: Annotated[tuple[Fraction, ...], NumbersEntry(N_("各期权重"))] = ()
    campaign: Annotated[str, TextEntry(N_("测评活动代号"))] = ""
    value: Annotated[str, TextEntry(N_("取什么"))] = SCORE
    row: Annotated[
        CountedRow,
        ChoiceEntry(N_("取哪一行"), words={CountedRow.WEIGHTED: N_("加权"), CountedRow.POOLED: N_("合计")}),
    ] = CountedRow.WEIGHTED
    ratees: Annotated[Mapping[str, str], MapEntry(N_("测评对象"), of="units")] = field(default_factory=dict)
    sheet: Annotated[str, TextEntry(N_("评分表"))] = ""
    at: Annotated[tuple[tuple[Fraction, Fraction], ...], PairsEntry(N_("区间"))] = ()
    factor: Annotated[bool, FlagEntry(N_("乘以难度系数"))] = False


class Combine(StrEnum):
    """How components become one number."""

    SUM = "sum"
    LOWEST = "lowest"


class Unassigned(StrEnum):
    """What a task that a unit does not have means for its points."""

    RESCALE = "rescale"
    FULL = "full"


class BonusUse(StrEnum):
    """Whether the bonus is added, or only decides between equals."""

    POINTS = "points"
    TIE_BREAK = "tie-break"


class QuotaRound(StrEnum):
    """How the share of a quota becomes a number of units."""

    HALF_UP = "half-up"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class PointPlaces:
    """To how many places points are rounded before they go on; ``None``: they stay exact."""

    items: Annotated[int | None, WholeEntry(N_("单项保留几位"), most=6)] = None
    components: Annotated[int | None, WholeEntry(N_("各部分保留几位"), most=6)] = None
    total: Annotated[int, WholeEntry(N_("总分保留几位"), most=6)] = 2


@dataclass(frozen=True, kw_only=True)
class RatingBand:
    """A band that units are proposed for: from which total on, and for how many.

    ``quota`` is a number of units, or a share of those of the class as a fraction; ``None``: no limit.
    """

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("等次"))]
    at_least: Annotated[Fraction, NumberEntry(N_("总分不低于"))]
    quota: Annotated[int | Fraction | None, LimitEntry(N_("名额"), optional=True)] = None
    round: Annotated[
        QuotaRound,
        ChoiceEntry(
            N_("名额取整"),
            words={
                QuotaRound.HALF_UP: N_("四舍五入"),
                QuotaRound.UP: N_("进一"),
                QuotaRound.DOWN: N_("舍去"),
            },
        ),
    ] = QuotaRound.HALF_UP


@dataclass(frozen=True, kw_only=True)
class CompositeRules:
    """How components, entries and bands make a unit's total, rank and proposed band."""

    combine: Annotated[
        Combine,
        ChoiceEntry(N_("怎样合成"), words={Combine.SUM: N_("加权合计"), Combine.LOWEST: N_("取最低的")}),
    ] = Combine.SUM
    missing: Annotated[
        Missing,
        ChoiceEntry(
            N_("缺一部分时"),
            words={
                Missing.WITHHOLD: N_("暂不计总分"),
                Missing.RENORMALISE: N_("其余部分按权重折算"),
                Missing.ZERO: N_("该部分按 0 计"),
            },
        ),
    ] = Missing.WITHHOLD
    unassigned: Annotated[
        Unassigned,
        ChoiceEntry(
            N_("没有的任务"),
            words={Unassigned.RESCALE: N_("其余任务折算成满分"), Unassigned.FULL: N_("按满分计")},
        ),
    ] = Unassigned.RESCALE
    bonus: Annotated[
        BonusUse,
        ChoiceEntry(
            N_("加分"),
            words={BonusUse.POINTS: N_("计入总分"), BonusUse.TIE_BREAK: N_("只在同分时分先后")},
        ),
    ] = BonusUse.POINTS
    rounding: Annotated[PointPlaces, TableEntry(N_("小数"), of=PointPlaces)] = field(
        default_factory=PointPlaces
    )
    binding_ceiling: Annotated[str, TextEntry(N_("约束性指标未完成最高等次"))] = ""
    bands: Annotated[tuple[RatingBand, ...], RowsEntry(N_("等次"), of=RatingBand, one=N_("等次"))] = ()

    def takes(self, component: Component) -> bool:
        """Return whether a component is a part of the total: each where the lowest counts, else by weight."""
        return self.combine is Combine.LOWEST or component.weight > 0
