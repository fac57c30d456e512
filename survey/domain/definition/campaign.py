"""A campaign: its frozen definition and the states it passes through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from survey.domain.audit.corrections import WordingChange
from survey.domain.errors import NoPaper, NotCollecting, WrongState

from .form import Criterion, Group, Pool, Question, Quota, Ratee, Section, electorates
from .rules import PaperRules, ResultRules, Rules, SmsRules
from .scale import BLANK, Rate, Scale
from .schema import N_, RowsEntry, SchemaKey, TableEntry, entries_of
from .schema_entries import (
    ChoiceEntry,
    CodeEntry,
    FlagEntry,
    MomentEntry,
    TextEntry,
    WholeEntry,
    ZoneEntry,
)
from .weighting import Missing

MAX_GROUPS = 500


class State(StrEnum):
    """Where a campaign stands; it only ever moves down this list, but from ``armed`` back to ``draft``."""

    DRAFT = "draft"
    ARMED = "armed"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    CERTIFIED = "certified"
    SHREDDING = "shredding"
    SHREDDED = "shredded"


class Publication(StrEnum):
    """Who may read results: all, holders of the link, or each person rated their own."""

    NONE = "none"
    PUBLIC = "public"
    LINK = "link"
    PERSON = "person"
    WITHDRAWN = "withdrawn"


class Custody(StrEnum):
    """Who keeps the private key of the box."""

    SERVER = "server"
    SCRUTINEERS = "scrutineers"


class EntryMode(StrEnum):
    """How voters come by their codes."""

    CODES = "codes"
    OPEN = "open"
    SMS = "sms"


@dataclass(frozen=True)
class Line:
    """One criterion of one ratee: what one rating answers."""

    ratee: Ratee
    section: Section
    criterion: Criterion
    scale: Scale

    @property
    def name(self) -> str:
        """Return the name of its field on the ballot."""
        return f"{self.ratee.key}.{self.criterion.key}"

    @property
    def key(self) -> tuple[str, str]:
        """Return the keys of ratee and criterion."""
        return self.ratee.key, self.criterion.key

    @property
    def is_ticked(self) -> bool:
        """Return whether it has one box: then it is never blank."""
        return self.section.is_ticked

    @property
    def positions(self) -> Mapping[str, int]:
        """Map each value that a ballot may carry here to its position: nobody abstains by a single box."""
        found = self.scale.positions
        return {key: place for key, place in found.items() if key != "-"} if self.is_ticked else found

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """List what is there to choose, value and label; on a list to tick what its one box stands for."""
        grades = tuple((grade.key, grade.label) for grade in self.scale.grades)
        if self.is_ticked:
            return tuple(pair for pair in grades if pair[0] != self.section.unticked)
        return (*grades, ("-", self.scale.abstain.label)) if self.scale.abstain else grades

    @property
    def empty_position(self) -> int:
        """Return the position that a line left empty counts as."""
        return self.scale.positions[self.section.unticked] if self.is_ticked else BLANK

    @property
    def not_asked(self) -> int:
        """Return the position of a line that others of the voter's pool may rate, but not the voter."""
        return self.scale.abstained + 1


@dataclass(frozen=True, kw_only=True)
class CampaignTable:
    """What ``[campaign]`` says: what the campaign is called, how voters come by their codes, and when."""

    code: Annotated[str, CodeEntry()]
    title: Annotated[str, TextEntry(N_("活动名称"), N_("如：2026 年度镇领导班子和领导干部民主测评"))]
    organiser: Annotated[str, TextEntry(N_("主办单位"))]
    rated_unit: Annotated[
        str,
        TextEntry(N_("被评单位"), N_("选填，印在各结果表的表头；一般是被测评的班子所在的单位，如：某某镇")),
    ] = ""
    year: Annotated[
        str,
        TextEntry(N_("年度"), N_("选填，印在各结果表的表头；一般照活动名称里的年份，如：2026 年度")),
    ] = ""
    time_zone: Annotated[str, ZoneEntry(N_("时区"))] = "Asia/Shanghai"
    instructions: Annotated[str, TextEntry(N_("填写说明"), N_("选填，显示在测评票最前面"), lines=True)] = ""
    entry: Annotated[
        EntryMode,
        ChoiceEntry(
            N_("投票方式"),
            N_("内部测评用投票码；向社会公开的调查用公开链接；短信的通道和签名在“计票规则”里填"),
            words={
                EntryMode.CODES: N_("投票码：每人一张票条，凭上面的二维码投票"),
                EntryMode.OPEN: N_("公开链接：一张海报，每台手机投一次"),
                EntryMode.SMS: N_("短信：向服务对象发一条短信，回复数字，一号一票"),
            },
        ),
    ] = EntryMode.CODES
    turns: Annotated[
        bool,
        FlagEntry(
            N_("逐人测评（现场打分）"),
            N_("述职一位、测评一位：由工作人员逐个开放测评对象，全部测评完再一次提交；只用于投票码"),
        ),
    ] = False
    signatures: Annotated[
        int,
        WholeEntry(
            N_("几人签字确认计票"),
            N_("1 或 2，不填为 2：计票人和监票人各用自己的账号。向社会公开的调查，可以由监票人一人签字"),
            least=1,
            most=2,
        ),
    ] = 2
    opens_at: Annotated[datetime | None, MomentEntry(N_("投票开始"), N_("不填则由您手动开始"))] = None
    closes_at: Annotated[datetime | None, MomentEntry(N_("投票结束"), N_("不填则由您手动结束"))] = None
    ceiling: Annotated[
        int, WholeEntry(N_("最多发出多少个投票码"), N_("只用于公开链接，不填为 100000"), least=1)
    ] = 100_000


@dataclass(frozen=True, kw_only=True)
class Definition(CampaignTable):
    """Everything that is fixed about a campaign before it opens; ``digest`` names exactly this text.

    Where texts were corrected after arming, they are the corrected ones: ``digest`` still names what was
    armed, to which ballots are sealed, ``wording`` what is shown, and ``changes`` what became of it.

    ``groups`` are the rows in which votes are counted: each pool, and each rater group that is in none.
    ``raters`` are the rater groups, who may rate whom; without pools they are the same.
    """

    digest: str
    wording: str = ""
    changes: tuple[WordingChange, ...] = ()
    pools: Annotated[tuple[Pool, ...], RowsEntry(N_("票类"), of=Pool, one=N_("票类"), most=MAX_GROUPS)] = ()
    groups: Annotated[
        tuple[Group, ...], RowsEntry(N_("票种"), of=Group, one=N_("票种"), least=1, most=MAX_GROUPS)
    ]
    raters: tuple[Group, ...]
    scales: Annotated[tuple[Scale, ...], RowsEntry(N_("等次"), of=Scale, one=N_("一套等次"))] = ()
    rates: Annotated[tuple[Rate, ...], RowsEntry(N_("比率"), of=Rate, one=N_("比率"))] = ()
    sections: Annotated[tuple[Section, ...], RowsEntry(N_("测评表"), of=Section, one=N_("测评表"))] = ()
    ratees: Annotated[tuple[Ratee, ...], RowsEntry(N_("测评对象"), of=Ratee, one=N_("测评对象"))] = ()
    quotas: Annotated[tuple[Quota, ...], RowsEntry(N_("名额限制"), of=Quota, one=N_("限制"))] = ()
    questions: Annotated[tuple[Question, ...], RowsEntry(N_("问题"), of=Question, one=N_("问题"))] = ()
    rules: Annotated[Rules, TableEntry(N_("什么样的票有效"), of=Rules)] = field(default_factory=Rules)
    results: Annotated[ResultRules, TableEntry(N_("结果怎样计算和公布"), of=ResultRules)] = field(
        default_factory=ResultRules
    )
    paper: Annotated[PaperRules | None, TableEntry(N_("纸票"), of=PaperRules)] = None
    sms: Annotated[SmsRules | None, TableEntry(N_("短信"), of=SmsRules)] = None

    @property
    def has_one_group(self) -> bool:
        """Return whether all voters are of one group, so that pooled and weighted values are its own.

        Where a group without answers counts as 0, its weighted value is 0 and the pooled one unknown.
        """
        return len(self.groups) == 1 and self.results.missing_group is not Missing.ZERO

    @property
    def by_sms(self) -> SmsRules | None:
        """Return the rules by which this campaign asks by text message, ``None`` where it does not."""
        return self.sms if self.entry is EntryMode.SMS else None

    @property
    def shown(self) -> tuple[str, str]:
        """Return what names this definition as it is shown: what is kept of its words is kept under this."""
        return self.digest, self.wording

    @cached_property
    def group(self) -> dict[str, Group]:
        """Map keys to the rows in which votes are counted."""
        return {group.key: group for group in self.groups}

    @cached_property
    def rater(self) -> dict[str, Group]:
        """Map keys to rater groups."""
        return {group.key: group for group in self.raters}

    @cached_property
    def row_of(self) -> dict[str, str]:
        """Map the key of each rater group to that of the row in which it is counted; rows to themselves."""
        return {row.key: row.key for row in self.groups} | {
            group.key: group.pool or group.key for group in self.raters
        }

    @cached_property
    def raters_in(self) -> dict[str, tuple[str, ...]]:
        """Map each row to the rater groups that are counted in it."""
        found: dict[str, list[str]] = {row.key: [] for row in self.groups}
        for group in self.raters:
            found[self.row_of[group.key]].append(group.key)
        return {key: tuple(raters) for key, raters in found.items()}

    @property
    def has_uneven_pool(self) -> bool:
        """Return whether some groups of one pool may not rate the same: no unit rates itself."""
        return any(
            len(self.lines_of[rater]) < len(self.lines_of[row])
            for row, raters in self.raters_in.items()
            for rater in raters
        )

    @cached_property
    def scale(self) -> dict[str, Scale]:
        """Map keys to scales."""
        return {scale.key: scale for scale in self.scales}

    @cached_property
    def section(self) -> dict[str, Section]:
        """Map keys to sections."""
        return {section.key: section for section in self.sections}

    @cached_property
    def ratee(self) -> dict[str, Ratee]:
        """Map keys to ratees."""
        return {ratee.key: ratee for ratee in self.ratees}

    @cached_property
    def question(self) -> dict[str, Question]:
        """Map keys to questions."""
        return {question.key: question for question in self.questions}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """List all lines: ratees as defined, within each the criteria of its section."""
        return tuple(
            Line(ratee, section, criterion, self.scale[section.scale])
            for ratee in self.ratees
            for section in (self.section[ratee.section],)
            for criterion in section.criteria
        )

    @cached_property
    def line(self) -> dict[tuple[str, str], Line]:
        """Map the keys of ratee and criterion to lines."""
        return {line.key: line for line in self.lines}

    @cached_property
    def lines_of(self) -> dict[str, tuple[Line, ...]]:
        """Map each rater group to the lines that it may rate, in order, each row to those of all in it."""
        found: dict[str, list[Line]] = {key: [] for key in self.row_of}
        for line in self.lines:
            for key in dict.fromkeys((*line.ratee.groups, *line.ratee.raters)):
                found[key].append(line)
        return {key: tuple(lines) for key, lines in found.items()}

    @cached_property
    def breakdowns(self) -> tuple[Question, ...]:
        """List the questions whose options every cell is broken down by."""
        return tuple(question for question in self.questions if question.breakdown)

    def rates_of(self, scale: Scale) -> tuple[Rate, ...]:
        """List the rates taken on a scale."""
        return tuple(rate for rate in self.rates if rate.scale == scale.key)

    def ratees_of(self, section: Section, group: str | None = None) -> tuple[Ratee, ...]:
        """List a section's ratees, or those of them that a rater group, or some of a row, may rate."""
        return self._ratees_of.get((section.key, group), ())

    @cached_property
    def _ratees_of(self) -> dict[tuple[str, str | None], tuple[Ratee, ...]]:
        # Looked through once: who asks for every ratee's would look through all for each of them.
        found: dict[tuple[str, str | None], list[Ratee]] = {}
        for ratee in self.ratees:
            for group in dict.fromkeys((None, *ratee.groups, *ratee.raters)):
                found.setdefault((ratee.section, group), []).append(ratee)
        return {key: tuple(ratees) for key, ratees in found.items()}

    def weighs(self, section: Section) -> bool:
        """Return whether the rater groups of a section have weights that differ: else every vote is one."""
        raters = {key for ratee in self.ratees_of(section) for key in ratee.groups}
        return len({self.group[key].weight for key in raters}) > 1

    @property
    def takes_names(self) -> bool:
        """Return whether some list to tick takes names that are not on it."""
        return any(section.write_in for section in self.sections)

    def has_posts(self, section: Section) -> bool:
        """Return whether any ratee of a section has a post."""
        return section.key in self._with_posts

    @cached_property
    def _with_posts(self) -> frozenset[str]:
        return frozenset(ratee.section for ratee in self.ratees if ratee.post)

    def questions_of(self, group: str) -> tuple[Question, ...]:
        """List the questions that a rater group, or a row, is asked."""
        return tuple(question for question in self.questions if self.row_of[group] in question.groups)

    @cached_property
    def _electorates(self) -> dict[str, frozenset[frozenset[str]]]:
        return electorates(self.raters, self.ratees)

    def least_electorate(self, row: str, tokens: Mapping[str, int]) -> int:
        """Return the least number of codes that anything counted in a row can be answered by.

        ``tokens`` are numbers of codes by rater group. In a pool it is of the ratee whom the fewest may rate.
        """
        return min(sum(tokens.get(key, 0) for key in raters) for raters in self._electorates[row])

    def planned_raters(self, ratee: Ratee, row: str) -> int | None:
        """Return how many codes are planned for those in a row who may rate a ratee, if that is said."""
        planned = [self.rater[key].issue for key in self.raters_in[row] if key in ratee.raters]
        return None if None in planned else sum(number or 0 for number in planned)


@dataclass(frozen=True)
class Campaign:
    """A campaign as it stands: its definition, its state, and the public key of its box.

    ``shaken`` tells that the box was mixed after the close, ``forgotten`` that the database's files then
    forgot the old order, ``held`` that a restore keeps voters out until an owner opens the campaign again;
    ``collecting`` that voting by phone has ended and paper ballots are read, within the state ``open``.
    ``unit`` is whose campaign it is; ``trial_of`` the code of the campaign that this one only tries out;
    ``extended_to`` is the end and ``postponed_to`` the beginning that was moved after arming; ``statements``
    is the digest that fixes the files of reports, once it was armed with any.
    """

    id: int
    definition: Definition
    state: State
    custody: Custody | None
    public_key: bytes | None
    shaken: bool
    forgotten: bool
    held: bool
    publication: Publication
    unit: str = ""
    trial_of: str | None = None
    extended_to: datetime | None = None
    postponed_to: datetime | None = None
    statements: str | None = None
    collecting: bool = False

    @property
    def code(self) -> str:
        """Return the campaign's code."""
        return self.definition.code

    @property
    def is_trial(self) -> bool:
        """Return whether this campaign only tries another one out."""
        return self.trial_of is not None

    @property
    def is_published(self) -> bool:
        """Return whether somebody outside the office may read results now."""
        return self.publication not in (Publication.NONE, Publication.WITHDRAWN)

    @property
    def is_collecting(self) -> bool:
        """Return whether voting by phone is over and paper ballots are read."""
        return self.collecting and self.state is State.OPEN

    @property
    def awaits_collecting(self) -> bool:
        """Return whether people vote on paper, and by phone still."""
        return self.state is State.OPEN and self.definition.paper is not None and not self.collecting

    @property
    def stage(self) -> str:
        """Return the state, or ``collecting`` within ``open``."""
        return COLLECTING if self.is_collecting else self.state.value

    @property
    def opens_at(self) -> datetime | None:
        """Return when voting is planned to begin by the clock, as postponed last."""
        return self.postponed_to or self.definition.opens_at

    @property
    def closes_at(self) -> datetime | None:
        """Return when voting ends by the clock, as extended last."""
        return self.extended_to or self.definition.closes_at

    def require(self, *states: State, to: str) -> None:
        """Refuse with ``WrongState`` unless the campaign is in one of these states; ``to`` names the act."""
        if self.state not in states:
            raise WrongState(f"cannot {to}: {self.code} is {self.stage}; {self.next_step}")

    def require_collecting(self, *, to: str) -> None:
        """Refuse unless paper ballots are read now; ``to`` names the act.

        Raises ``NoPaper``, ``WrongState``, also while a restore holds the campaign, and ``NotCollecting``.
        """
        if self.definition.paper is None:
            raise NoPaper(self.code)
        self.require(State.OPEN, to=to)
        if self.held:
            raise WrongState(
                f"cannot {to}: {self.code} was restored from a backup and is held; "
                "next: minping campaign open, by an owner"
            )
        if not self.collecting:
            raise NotCollecting(self.code)

    @property
    def next_step(self) -> str:
        """Return what a person would do next, as commands name it."""
        if self.awaits_collecting:
            return "next: minping paper collect, then minping paper scan"
        return NEXT_STEP[self.state]


COLLECTING = "collecting"
"""The stage within ``open`` in which paper ballots are read, as it is named to people and in JSON."""

NEXT_STEP = {
    State.DRAFT: "next: minping campaign arm",
    State.ARMED: "next: minping token issue, then minping campaign open",
    State.OPEN: "next: minping campaign close",
    State.CLOSED: "next: minping campaign count",
    State.COUNTED: "next: minping campaign certify",
    State.CERTIFIED: "next: minping campaign shred",
    State.SHREDDING: "next: minping campaign shred, which goes on where it stopped",
    State.SHREDDED: "next: minping results or minping campaign publish",
}
"""What a person would do next, by state, where no paper ballots are to be collected."""

TABLES = {
    "campaign": SchemaKey("campaign", "campaign", TableEntry(N_("基本信息"), of=CampaignTable), required=True)
} | {key: known for key, known in entries_of(Definition).items() if known.of}
"""The tables of a definition file, in order, each with all that it may hold."""
