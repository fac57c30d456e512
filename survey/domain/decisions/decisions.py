"""What was decided beside a count, as it stands: decisions never change a score, band or rank of the count.

Entries are only ever added. One that was taken back stands no more; of several that stand for the same thing
(the band of a ratee, a section's caps, its quota on a band) the last one holds, and the earlier ones are seen
to be replaced by it. So two people who record at once both keep what they wrote.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from survey.domain.count.results import Results
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee, Section
from survey.domain.errors import BadDecision, UnknownDecision
from survey.domain.results.subjects import name_label, score_bands
from survey.domain.results.table import Cell, Column, Table

from .entries import (
    OF_SECTIONS,
    PLACES,
    BandDecided,
    BandQuota,
    Caps,
    Content,
    Entry,
    EntryKind,
    Points,
    TakenBack,
    Vetoed,
)

CHOSEN, NOT_CHOSEN = "确定为考察对象", "不确定为考察对象"
"""What a committee decides of a name on a list to tick (民主推荐)."""
UNDECIDED = "不确定等次"
"""A band that a committee may name though no score leads to it."""
VETO = "一票否决"


@dataclass(frozen=True)
class Outcome:
    """What stands for one ratee: the band decided on or vetoed to, and the points of the ledger.

    ``total`` adds the entries up as written, ``capped`` as the caps allow (``None`` where no caps stand).
    """

    band: str
    vetoes: tuple[Entry, ...]
    decided: Entry | None
    points: tuple[Entry, ...]
    total: Decimal
    capped: Decimal | None

    @property
    def says_something(self) -> bool:
        """Return whether anything was decided."""
        return bool(self.band or self.points)

    def adjusted(self, counted: Decimal | None) -> Decimal | None:
        """Return the counted score, as displayed, with the points added: exact, and beside the count only."""
        if counted is None or self.capped is None or not self.points:
            return None
        return counted + self.capped


class Decisions:
    """All entries of a campaign, and what of them stands."""

    def __init__(self, definition: Definition, entries: Iterable[Entry]) -> None:
        self.definition = definition
        self.entries = tuple(entries)

    @cached_property
    def taken_back(self) -> dict[int, Entry]:
        """Map the numbers of entries that stand no more to the entries that took them back."""
        return {entry.content.entry: entry for entry in self.entries if isinstance(entry.content, TakenBack)}

    @cached_property
    def standing(self) -> tuple[Entry, ...]:
        """List the entries that were not taken back, in order."""
        return tuple(
            entry
            for entry in self.entries
            if entry.kind is not EntryKind.TAKEN_BACK and entry.number not in self.taken_back
        )

    @cached_property
    def replaced(self) -> dict[int, int]:
        """Map the numbers of entries that stand but do not hold to the numbers of those that do."""
        last: dict[object, int] = {}
        found = {}
        for entry in reversed(self.standing):
            matter = _matter(entry)
            if matter in last:
                found[entry.number] = last[matter]
            elif matter:
                last[matter] = entry.number
        return found

    def holding(self, kind: EntryKind, subject: str) -> list[Entry]:
        """List the entries of a kind that hold for a section or a ratee."""
        return list(self._holding.get((kind, subject), ()))

    @cached_property
    def _holding(self) -> dict[tuple[EntryKind, str], list[Entry]]:
        found: dict[tuple[EntryKind, str], list[Entry]] = {}
        for entry in self.standing:
            if entry.number not in self.replaced:
                found.setdefault((entry.kind, entry.subject), []).append(entry)
        return found

    def caps(self, section: str) -> Caps | None:
        """Return the caps that hold in a section."""
        found = self.holding(EntryKind.CAPS, section)
        return found[-1].content if found else None  # type: ignore[return-value]

    def outcome(self, ratee: Ratee) -> Outcome:
        """Return what stands for one ratee."""
        vetoes = tuple(self.holding(EntryKind.VETO, ratee.key))
        decided = next(iter(self.holding(EntryKind.BAND, ratee.key)), None)
        points = tuple(self.holding(EntryKind.POINTS, ratee.key))
        last = vetoes[-1] if vetoes else decided
        band = last.content.band if last and isinstance(last.content, Vetoed | BandDecided) else ""
        values = [entry.content.points for entry in points if isinstance(entry.content, Points)]
        total = sum(values, Decimal(0))
        caps = self.caps(ratee.section)
        return Outcome(band, vetoes, decided, points, total, capped(values, caps) if caps else None)

    def number_decided(self, section: Section, band: str) -> int:
        """Return how many of a section were decided to have a band."""
        return sum(self.outcome(ratee).band == band for ratee in self.definition.ratees_of(section))


def capped(values: Sequence[Decimal], caps: Caps) -> Decimal:
    """Add points up as caps allow: each entry, then the sum, no further from 0 than its cap."""
    total = sum((_within(value, caps.each) for value in values), Decimal(0))
    return _within(total, caps.total)


def _within(value: Decimal, cap: Decimal) -> Decimal:
    return max(-cap, min(cap, value))


def _matter(entry: Entry) -> tuple[object, ...] | None:
    """Return what only one entry can hold for; vetoes and points stand beside each other."""
    if isinstance(entry.content, BandQuota):
        return entry.kind, entry.subject, entry.content.band
    return (entry.kind, entry.subject) if entry.kind in (EntryKind.BAND, EntryKind.CAPS) else None


def bands_of(definition: Definition, section: Section) -> tuple[str, ...]:
    """List the bands that a committee may decide on: those of its scores, the grades, then ``UNDECIDED``.

    Of a list to tick, whether somebody is to be examined further.
    """
    if section.is_ticked:
        return CHOSEN, NOT_CHOSEN
    bands = (band.label for band in score_bands(definition, section))
    grades = (grade.label for grade in definition.scale[section.scale].grades)
    return tuple(dict.fromkeys((*bands, *grades, UNDECIDED)))


def examined(decisions: Decisions) -> dict[str, str]:
    """Map those on lists to tick of whom that was decided to whether they are to be examined further."""
    words = {CHOSEN: "是", NOT_CHOSEN: "否"}
    found = {}
    for ratee in decisions.definition.ratees:
        if decisions.definition.section[ratee.section].is_ticked:
            found[ratee.key] = words.get(decisions.outcome(ratee).band, "")
    return {key: said for key, said in found.items() if said}


def subject_of(definition: Definition, kind: EntryKind, key: str) -> Section | Ratee:
    """Return the section or ratee that an entry of a kind would be about; raises ``UnknownDecision``."""
    found = definition.section.get(key) if kind in OF_SECTIONS else definition.ratee.get(key)
    if found is None or kind is EntryKind.TAKEN_BACK:
        raise UnknownDecision(f'nothing of key "{key}" to record a {kind} for')
    section = definition.section[found.section] if isinstance(found, Ratee) else found
    if section.is_ticked and kind in (EntryKind.POINTS, EntryKind.CAPS):
        # A list to tick has votes; there is no score that points could be added to.
        raise UnknownDecision(
            f'"{section.key}" is a list to tick, which has no scores to record a {kind} for'
        )
    return found


def require_fitting(decisions: Decisions, subject: str, content: Content) -> None:
    """Refuse with ``BadDecision`` what does not fit the campaign or the caps that hold.

    Points are refused one by one where they are over the cap of an entry; their sum is not, it counts as far
    as its cap: the order in which entries come or are taken back then makes no difference.
    """
    definition = decisions.definition
    ratee = definition.ratee.get(subject)
    section = definition.section[
        ratee.section if ratee and not isinstance(content, BandQuota | Caps) else subject
    ]
    if isinstance(content, BandQuota | BandDecided | Vetoed) and content.band not in bands_of(
        definition, section
    ):
        raise BadDecision({"band": "no-band"})
    if isinstance(content, Caps) and content.each > content.total:
        raise BadDecision({"each": "caps-crossed"})
    if isinstance(content, Points):
        caps = decisions.caps(section.key)
        if caps is None or abs(content.points) > caps.each:
            raise BadDecision({"points": "over-cap" if caps else "no-caps"})


def decision_tables(
    definition: Definition,
    decisions: Decisions,
    *,
    results: Results | None = None,
    section: str = "",
    ratee: str = "",
) -> list[Table]:
    """Lay out what stands, for documents: the quotas, the bands decided on, and the ledger of points.

    Of all sections, or of one, or of one ratee only (without quotas, which are about others too). With
    ``results`` the adjusted score stands beside the counted one. Tables without rows are left out.
    """
    tables = []
    for one in definition.sections:
        among = [r for r in definition.ratees_of(one) if ratee in ("", r.key)]
        if section in ("", one.key) and among:
            if not ratee:
                tables.append(_quotas(decisions, one))
            tables.append(_bands(decisions, one, among))
            tables.append(_ledger(decisions, one, among))
            tables.append(_totals(decisions, one, among, results))
    return [table for table in tables if table.rows]


_BESIDE = "组织认定与计票结果并列，不改变计票的得分、等次和名次。"


def _quotas(decisions: Decisions, section: Section) -> Table:
    number = len(decisions.definition.ratees_of(section))
    rows: list[Sequence[Cell]] = []
    for entry in decisions.holding(EntryKind.QUOTA, section.key):
        if isinstance(entry.content, BandQuota):
            quota = entry.content
            decided = decisions.number_decided(section, quota.band)
            limit = str(quota.limit)
            rows.append((quota.band, limit, number, quota.limit.allowed(number), decided, quota.basis))
    columns = [
        Column("等次"),
        Column("比例或人数"),
        Column("测评对象数", "count"),
        Column("名额", "count"),
        Column("已认定", "count"),
        Column("依据"),
    ]
    return Table(f"{section.title} · 等次名额", columns, rows, (QUOTA_RULE,))


QUOTA_RULE = "名额 = 比例 × 测评对象数，四舍五入，至少1名；填写人数的，即为名额。"


def _bands(decisions: Decisions, section: Section, among: Sequence[Ratee]) -> Table:
    rows: list[Sequence[Cell]] = []
    for ratee in among:
        outcome = decisions.outcome(ratee)
        for entry in (*outcome.vetoes, outcome.decided):
            content = entry.content if entry else None
            if isinstance(content, Vetoed):
                why = (content.grounds, content.evidence)
                rows.append(
                    (ratee.name, ratee.post, VETO, content.band, content.committee, _day(content), *why)
                )
            elif isinstance(content, BandDecided):
                why = (content.reason, "")
                rows.append(
                    (ratee.name, ratee.post, "等次认定", content.band, content.committee, _day(content), *why)
                )
    labels = (
        name_label(decisions.definition, section),
        "职务",
        "方式",
        "等次",
        "认定机构",
        "日期",
        "事由",
        "依据",
    )
    notes = (_BESIDE, f"有{VETO}的，以{VETO}所定等次为准。")
    return Table(f"{section.title} · 组织认定", [Column(label) for label in labels], rows, notes)


def _ledger(decisions: Decisions, section: Section, among: Sequence[Ratee]) -> Table:
    rows: list[Sequence[Cell]] = [
        (
            *(ratee.name, ratee.post, entry.content.points.quantize(Decimal(1).scaleb(-PLACES))),
            *(entry.content.reason, entry.content.evidence, entry.content.approver, _day(entry.content)),
        )
        for ratee in among
        for entry in decisions.outcome(ratee).points
        if isinstance(entry.content, Points)
    ]
    columns = [
        *(Column(name_label(decisions.definition, section)), Column("职务")),
        Column("加减分", "score", PLACES),
        *(Column(label) for label in ("事由", "依据", "批准人", "日期")),
    ]
    return Table(f"{section.title} · 加减分", columns, rows, (_BESIDE,))


def _totals(decisions: Decisions, section: Section, among: Sequence[Ratee], results: Results | None) -> Table:
    unit = Decimal(1).scaleb(-PLACES)
    places = max(PLACES, decisions.definition.results.rounding.places)
    scores = {standing.ratee: standing.weighted for standing in results.ratees} if results else {}
    rows: list[Sequence[Cell]] = []
    for ratee in among:
        outcome = decisions.outcome(ratee)
        if outcome.points:
            adjusted = outcome.adjusted(scores.get(ratee.key))
            counted = () if results is None else (scores.get(ratee.key), padded(adjusted, places))
            within = None if outcome.capped is None else outcome.capped.quantize(unit)
            rows.append((ratee.name, ratee.post, outcome.total.quantize(unit), within, *counted))
    columns = [
        *(Column(name_label(decisions.definition, section)), Column("职务")),
        *(Column("加减分合计", "score", PLACES), Column("按上限计", "score", PLACES)),
    ]
    if results is not None:
        label = "计票得分" if decisions.definition.has_one_group else "计票得分(加权)"
        columns.append(Column(label, "score", decisions.definition.results.rounding.places))
        columns.append(Column("调整后得分", "score", places))
    return Table(f"{section.title} · 加减分合计", columns, rows, (*cap_notes(decisions, section), _BESIDE))


def cap_notes(decisions: Decisions, section: Section) -> tuple[str, ...]:
    """Describe in Chinese which caps hold in a section, or nothing."""
    caps = decisions.caps(section.key)
    if caps is None:
        return ()
    return (f"每项加减分不超过{caps.each}分，每人合计不超过{caps.total}分（按绝对值），超出的按上限计。",)


def padded(value: Decimal | None, places: int) -> Decimal | None:
    """Write a value with a fixed number of decimals, which are never fewer than it has."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-places))


def _day(content: BandDecided | Vetoed | Points) -> str:
    return content.decided_on.isoformat()
