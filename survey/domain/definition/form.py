"""What a ballot asks, and of whom: rater groups, sections with criteria, ratees, quotas and questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from .rounding import half_up
from .schema import N_, RowsEntry
from .schema_entries import (
    ChoiceEntry,
    FlagEntry,
    KeyEntry,
    LimitEntry,
    NamedEntry,
    NamesEntry,
    NumberEntry,
    TextEntry,
    WholeEntry,
)


@dataclass(frozen=True)
class Pool:
    """Rater groups that are counted, weighted, disclosed and accounted for as one row."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("名称"), N_("印在结果表上，如：各市票"))]
    weight: Annotated[
        Fraction, NumberEntry(N_("权重"), N_("如 60 或 0.6，相加不必是 100 或 1"), above_zero=True)
    ]


@dataclass(frozen=True)
class Group:
    """A class of voters with one weight; ``issue`` is the number of codes planned for it.

    One in a ``pool`` only says who may rate whom, and has the pool's weight.
    """

    key: Annotated[str, KeyEntry(N_("代号"), N_("如 A"), shown=True)]
    label: Annotated[str, TextEntry(N_("名称"), N_("印在票面上，如：A票（县级领导）"))]
    weight: Annotated[
        Fraction,
        NumberEntry(
            N_("权重"),
            N_("如 30 或 0.3，相加不必是 100 或 1；归入票类的不填"),
            above_zero=True,
            optional=True,
        ),
    ]
    issue: Annotated[
        int | None, WholeEntry(N_("发票数"), N_("打印多少张票条；可以留空，以后再定"), least=1)
    ] = None
    pool: Annotated[
        str, NamedEntry(N_("归入票类"), N_("只用于单位互评：同一票类的合成一行统计"), of="pools")
    ] = ""


MAX_WRITTEN_NAMES = 10
"""So many lines for other names a list to tick may have."""


class SectionForm(StrEnum):
    """How a form is filled in: a grade chosen on each line, or a list with one box for everybody."""

    LINES = "lines"
    TICKS = "ticks"


class QuestionKind(StrEnum):
    """The kinds of question that stand beside the ratings."""

    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"


class ShareBasis(StrEnum):
    """What the share of an option is taken of."""

    ANSWERED = "answered"
    VALID = "valid"


@dataclass(frozen=True)
class Criterion:
    """One line of a form."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("项目"))]
    weight: Annotated[Fraction, NumberEntry(N_("权重"), N_("不填为 1；0 只统计不计分"))] = Fraction(1)
    overall: Annotated[bool, FlagEntry(N_("总体评价"), N_("至多一项；不勾则合并各项"))] = False


@dataclass(frozen=True, kw_only=True)
class Section:
    """A form: one scale and its criteria, applied to some ratees; ``groups`` rate those that name none.

    One of the form ``ticks`` is a list of names to tick (民主推荐): an empty line is a vote too, it counts
    as the grade ``unticked``, so nobody leaves anything out and every valid ballot answers every line. It
    may have ``write_in`` lines for names that are not on it.
    """

    key: Annotated[str, KeyEntry()]
    title: Annotated[str, TextEntry(N_("表名"), N_("如：领导干部民主测评表"))]
    scale: Annotated[str, NamedEntry(N_("用哪套等次"), of="scales")]
    criteria: Annotated[
        tuple[Criterion, ...], RowsEntry(N_("测评项目"), of=Criterion, one=N_("项目"), least=1)
    ]
    groups: Annotated[tuple[str, ...], NamesEntry(N_("由哪些票种评"), of="groups", optional=True)]
    comment: Annotated[bool, FlagEntry(N_("表后设“意见和建议”一栏"))] = False
    form: Annotated[
        SectionForm,
        ChoiceEntry(
            N_("怎样填"),
            words={
                SectionForm.LINES: N_("每一项选一个等次"),
                SectionForm.TICKS: N_("名单上打勾，每人一个框（民主推荐）"),
            },
        ),
    ] = SectionForm.LINES
    unticked: Annotated[
        str, NamedEntry(N_("没有打勾的算"), N_("只用于打勾的名单；选后一个等次，如：不推荐"), of="grades")
    ] = ""
    write_in: Annotated[
        int,
        WholeEntry(
            N_("另荐他人几人"),
            N_("只用于打勾的名单，选填：名单下面留几行，可以写名单以外的人；写的和勾的合计不超过名额限制"),
            most=MAX_WRITTEN_NAMES,
        ),
    ] = 0

    @property
    def is_ticked(self) -> bool:
        """Return whether it is a list with one box for everybody."""
        return self.form is SectionForm.TICKS

    @property
    def written_fields(self) -> tuple[str, ...]:
        """Name the fields for names that are not on the list; no key holds a dot, so none is another's."""
        return tuple(f"{self.key}.write_in.{number}" for number in range(1, self.write_in + 1))

    @property
    def overall_criteria(self) -> tuple[Criterion, ...]:
        """List what stands for a ratee: the criterion marked ``overall``, else all of positive weight."""
        marked = tuple(criterion for criterion in self.criteria if criterion.overall)
        return marked or tuple(criterion for criterion in self.criteria if criterion.weight)

    @property
    def overall_criterion(self) -> Criterion | None:
        """Return the one criterion that stands for a ratee, ``None`` where several are pooled."""
        return self.overall_criteria[0] if len(self.overall_criteria) == 1 else None


@dataclass(frozen=True)
class Ratee:
    """A team, person or service.

    ``groups`` are the keys of the rows in which its ratings are counted, in order; ``raters`` those of the
    rater groups that may rate it, the same where none of them is in a pool. ``excluded`` were named as those
    who may not.
    """

    key: Annotated[str, KeyEntry(N_("编号"))]
    section: Annotated[str, NamedEntry(N_("测评表"), of="sections")]
    name: Annotated[str, TextEntry(N_("姓名或班子名称"))]
    groups: Annotated[tuple[str, ...], NamesEntry(N_("由哪些票种评"), of="groups", optional=True)]
    post: Annotated[str, TextEntry(N_("职务"))] = ""
    unit: Annotated[str, TextEntry(N_("单位"))] = ""
    statement: Annotated[str, TextEntry(N_("述职报告"), N_("选填，投票人点开可读"), lines=True)] = ""
    excluded: Annotated[
        tuple[str, ...],
        NamesEntry(
            N_("不由哪些票种评"),
            N_("如本单位；不与“由哪些票种评”同时填"),
            of="groups",
            key="except",
            optional=True,
        ),
    ] = ()
    raters: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Return unit and post, as far as they are given."""
        return " ".join(part for part in (self.unit, self.post) if part)


def electorates(groups: Iterable[Group], ratees: Iterable[Ratee]) -> dict[str, frozenset[frozenset[str]]]:
    """Map each row to the sets of rater groups in it that rate the same: all in it, and those of each ratee.

    Numbers are shown of the row of a ratee, so a row is as small as the smallest of these: in a pool of one
    voter and twenty, what the twenty may not rate is rated by one.
    """
    rows = {group.key: group.pool or group.key for group in groups}
    whole: dict[str, set[str]] = {}
    for key, row in rows.items():
        whole.setdefault(row, set()).add(key)
    found = {row: {frozenset(members)} for row, members in whole.items()}
    for raters in {ratee.raters for ratee in ratees}:
        parts: dict[str, set[str]] = {}
        for key in raters:
            parts.setdefault(rows[key], set()).add(key)
        for row, members in parts.items():
            found[row].add(frozenset(members))
    return {row: frozenset(sets) for row, sets in found.items()}


@dataclass(frozen=True)
class Quota:
    """A limit on one grade of one criterion on one ballot: a number, or a share of the ratees."""

    section: Annotated[str, NamedEntry(N_("测评表和项目"), of="sections")]
    criterion: Annotated[str, NamedEntry(of="criteria")]
    grade: Annotated[str, NamedEntry(N_("等次"), of="grades")]
    number: Annotated[int | None, LimitEntry(N_("最多"), N_("人数如 3，或比例如 40%"), key="at_most")]
    share: Fraction | None

    def allowed(self, ratees: int) -> int:
        """Return how many of ``ratees`` persons may get the grade (share: half-up, at least 1)."""
        if self.share is None:
            return self.number or 0
        return max(1, half_up(self.share * ratees))


@dataclass(frozen=True)
class Option:
    """One answer to a question; one that is ``alone`` excludes the others, such as "nothing of the kind"."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("选项"))]
    alone: Annotated[bool, FlagEntry(N_("只能单独选"), N_("如“没有明显问题”；只用于多选"))] = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question asked once per ballot of the voters of ``groups``."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("问题"))]
    kind: Annotated[
        QuestionKind,
        ChoiceEntry(
            N_("类型"),
            words={
                QuestionKind.CHOICE: N_("单选"),
                QuestionKind.CHOICES: N_("多选"),
                QuestionKind.TEXT: N_("文字"),
            },
        ),
    ]
    options: Annotated[tuple[Option, ...], RowsEntry(N_("选项"), of=Option, one=N_("选项"), least=2)]
    at_most: Annotated[
        int, WholeEntry(N_("最多选几项"), N_("只用于多选，不填为不限"), least=1, optional=True)
    ]
    required: Annotated[bool, FlagEntry(N_("必须回答"))] = False
    base: Annotated[
        ShareBasis,
        ChoiceEntry(
            N_("比例的分母"),
            words={ShareBasis.ANSWERED: N_("答了这一题的人"), ShareBasis.VALID: N_("全部有效票")},
        ),
    ] = ShareBasis.ANSWERED
    groups: Annotated[tuple[str, ...], NamesEntry(N_("问哪些票种"), of="groups", optional=True)]
    breakdown: Annotated[bool, FlagEntry(N_("结果按这一题分类统计（只用于单选，至多两题）"))] = False

    def excluding(self, places: Iterable[int]) -> Option | None:
        """Return which of the options chosen excludes the others, ``None`` where they can stand together."""
        chosen = [self.options[place] for place in places]
        return next((option for option in chosen if option.alone), None) if len(chosen) > 1 else None
