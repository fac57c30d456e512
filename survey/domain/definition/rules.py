"""The rules of a campaign: how ballots are judged and printed, results worked out, and what may be shown."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from .rounding import Rounding
from .schema import N_, RowsEntry, TableEntry
from .schema_entries import (
    ChoiceEntry,
    ChoicesEntry,
    FlagEntry,
    KeyEntry,
    NumberEntry,
    TextEntry,
    WholeEntry,
    WindowEntry,
)
from .weighting import Missing


class BlankRule(StrEnum):
    """What an empty line is."""

    ALLOW = "allow"
    ABSTAIN = "abstain"
    REQUIRE = "require"


class Spoiling(StrEnum):
    """What makes a returned ballot invalid."""

    ALL_BLANK = "all-blank"
    ALL_SAME = "all-same"
    ALL_TOP = "all-top"


class SmallGroups(StrEnum):
    """What happens to a group of which too few answered."""

    WITHHOLD = "withhold"
    MERGE = "merge"
    SHOW = "show"


@dataclass(frozen=True)
class Band:
    """A name for all scores from ``at_least`` up."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("档次"))]
    at_least: Annotated[Fraction, NumberEntry(N_("不低于多少分"), falling="the band")]


@dataclass(frozen=True)
class Rules:
    """How ballots are judged."""

    blank: Annotated[
        BlankRule,
        ChoiceEntry(
            N_("没有填的项目"),
            words={
                BlankRule.ALLOW: N_("可以留空，不计入"),
                BlankRule.ABSTAIN: N_("可以留空，计为弃权"),
                BlankRule.REQUIRE: N_("每一项都必须填"),
            },
        ),
    ] = BlankRule.ALLOW
    spoiled_if: Annotated[
        frozenset[Spoiling],
        ChoicesEntry(
            N_("哪些算废票"),
            words={
                Spoiling.ALL_BLANK: N_("全部空白的"),
                Spoiling.ALL_SAME: N_("全部选同一等次的（至少三项）"),
                Spoiling.ALL_TOP: N_("全部选最高等次的"),
            },
        ),
    ] = frozenset()


@dataclass(frozen=True)
class ResultRules:
    """How results are worked out and what of them may be shown."""

    minimum_cell: Annotated[int, WholeEntry(N_("少于几人作答不公布"), N_("至少 2，不填为 5"), least=2)] = 5
    small_groups: Annotated[
        SmallGroups,
        ChoiceEntry(
            N_("人数少的票种"),
            N_("某个票种作答人数不够时怎样办"),
            words={
                SmallGroups.WITHHOLD: N_("不单独公布，只公布合计（推荐）"),
                SmallGroups.MERGE: N_("与相邻票种合并后公布"),
                SmallGroups.SHOW: N_("照样公布（票面上会说明）"),
            },
            unsaid=N_("没有指定：不单独公布"),
        ),
    ] = SmallGroups.WITHHOLD
    rounding: Annotated[Rounding, TableEntry(N_("小数"), of=Rounding)] = field(default_factory=Rounding)
    missing_group: Annotated[
        Missing,
        ChoiceEntry(
            N_("某票种没有结果时"),
            words={
                Missing.RENORMALISE: N_("其余票种按权重折算"),
                Missing.WITHHOLD: N_("不算加权结果"),
                Missing.ZERO: N_("该票种按 0 计"),
            },
        ),
    ] = Missing.RENORMALISE
    rank: Annotated[bool, FlagEntry(N_("按得分排名次"))] = False
    bands: Annotated[tuple[Band, ...], RowsEntry(N_("得分档次"), of=Band, one=N_("档次"))] = ()

    def band(self, score: Decimal | None) -> Band | None:
        """Return the first band that a rounded score reaches."""
        if score is None:
            return None
        return next((band for band in self.bands if Fraction(score) >= band.at_least), None)


class PaperSize(StrEnum):
    """The sizes that ballots are printed in."""

    A4 = "A4"
    A3 = "A3"


class OverQuota(StrEnum):
    """What becomes of a sheet with more of a grade than its quota allows."""

    BLANK = "blank"
    SPOIL = "spoil"


class PaperTexts(StrEnum):
    """Whether a sheet has room for words, which two people then type in."""

    NONE = "none"
    TYPED = "typed"


@dataclass(frozen=True)
class PaperRules:
    """How ballots are printed, and what is made of sheets when their voters are gone."""

    size: Annotated[
        PaperSize,
        ChoiceEntry(
            N_("纸张"),
            words={PaperSize.A4: N_("A4"), PaperSize.A3: N_("A3：人多、项目多时用")},
        ),
    ] = PaperSize.A4
    strip: Annotated[
        bool,
        FlagEntry(N_("票下端带手机投票联"), N_("领票后可以用手机投票，也可以填纸票，只收先到的一张")),
    ] = True
    over_quota: Annotated[
        OverQuota,
        ChoiceEntry(
            N_("某个等次超过名额时"),
            words={
                OverQuota.BLANK: N_("这些人的该项都作未填"),
                OverQuota.SPOIL: N_("整张票作废"),
            },
        ),
    ] = OverQuota.BLANK
    texts: Annotated[
        PaperTexts,
        ChoiceEntry(
            N_("文字意见"),
            words={
                PaperTexts.NONE: N_("纸票上不写文字，请用手机提交"),
                PaperTexts.TYPED: N_("写在纸票上，由两名工作人员录入"),
            },
        ),
    ] = PaperTexts.NONE


@dataclass(frozen=True)
class SmsRules:
    """Over which channel clients are asked by text message, in which words, and at which hours.

    ``extension`` is the sub-number under which replies come back; ``text`` takes the place of the usual
    words; ``reminder_after`` hours those are reminded who have not replied, ``None`` for nobody.
    """

    channel: Annotated[str, TextEntry(N_("短信通道"), N_("系统管理员配置的通道名称"))]
    sender: Annotated[str, TextEntry(N_("短信签名"), N_("短信开头【】里的名称，与通道备案的一致"))]
    extension: Annotated[
        str, TextEntry(N_("扩展码"), N_("选填，一串数字；同一通道同时有几次测评时，靠它分清回复"))
    ] = ""
    text: Annotated[
        str,
        TextEntry(
            N_("短信内容"),
            N_("选填，不填用通行写法；可用 {title} {ratee} {lines} {grades} {example}"),
            lines=True,
        ),
    ] = ""
    reminder_after: Annotated[
        int | None,
        WholeEntry(N_("几小时后提醒"), N_("选填，只提醒没有回复的人，只提醒一次"), least=1, most=720),
    ] = None
    window: Annotated[
        tuple[str, str], WindowEntry(N_("每天几点发送"), N_("如 08:00–21:00，按活动所在时区"))
    ] = ("08:00", "21:00")
