"""Reading the forms of a definition: scales, rates, sections, ratees, quotas and questions."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

from survey.domain.errors import Flaw

from .campaign import TABLES
from .form import Criterion, Group, Option, Question, QuestionKind, Quota, Ratee, Section
from .scale import Rate, Scale
from .schema import Read, SchemaKey, entries_of, read_entries
from .validation import Reader

MAX_BREAKDOWNS = 2

T = TypeVar("T")


class FormReader:
    """Read the tables in the order in which they refer to each other."""

    def __init__(self, top: Reader, groups: dict[str, Group]) -> None:
        self.groups = groups
        rows = dict.fromkeys(group.pool or key for key, group in groups.items())
        self.row_order = {key: place for place, key in enumerate(rows)}
        self.scales: dict[str, Scale] = {scale.key: scale for scale in TABLES["scales"].read(top)}
        self.rates: dict[str, Rate] = {}
        self.sections: dict[str, Section] = {}
        self.ratees: dict[str, Ratee] = {}
        self.questions: dict[str, Question] = {}
        TABLES["rates"].read(top, row=self._rate)
        TABLES["sections"].read(top, row=self._section)
        TABLES["ratees"].read(top, row=self._ratee)
        self.quotas = tuple(quota for quota in TABLES["quotas"].read(top, row=self._quota) if quota)
        _require_quotas(top, tuple(self.sections.values()), self.scales, self.quotas)
        TABLES["questions"].read(top, row=self._question)

    def number_of_ratings(self) -> int:
        """Return how many ratings are asked for over all rater groups."""
        criteria = {key: len(section.criteria) for key, section in self.sections.items()}
        return sum(len(ratee.raters) * criteria.get(ratee.section, 0) for ratee in self.ratees.values())

    def _rate(self, reader: Reader) -> None:
        read = read_entries(reader, Rate)
        rate = Rate(**read | {"grades": read["grades"] or ()})
        scale = _reference(reader, "scale", rate.scale, self.scales)
        if scale:
            known = {grade.key for grade in scale.grades}
            for place, grade in enumerate(rate.grades):
                if grade not in known:
                    said = f'no grade "{grade}" on scale "{rate.scale}"'
                    reader.fault(f"grades[{place}]", said, Flaw.NO_SUCH, value=grade)
        self.rates.setdefault(rate.key, rate)

    def _section(self, reader: Reader) -> None:
        keys = entries_of(Section)

        def scale(_read: Read) -> str:
            return self._named(reader, keys["scale"], self.scales)

        def groups(_read: Read) -> tuple[str, ...]:
            return self._groups(reader, keys["groups"]) or tuple(self.groups)

        own = {
            "scale": scale,
            "criteria": lambda _read: _criteria(reader, keys["criteria"]),
            "groups": groups,
        }
        section = Section(**read_entries(reader, Section, own))
        _check_list(reader, section, self.scales.get(section.scale))
        self.sections.setdefault(section.key, section)

    def _ratee(self, reader: Reader) -> None:
        keys = entries_of(Ratee)

        def key(_read: Read) -> str:
            key: str = keys["key"].read(reader)
            if key == "q":
                reader.fault("key", 'no ratee may be called "q"', Flaw.RESERVED, value=key)
            return key

        def section(_read: Read) -> str:
            return self._named(reader, keys["section"], self.sections)

        def groups(read: Read) -> tuple[str, ...]:
            of = self.sections.get(read["section"])
            return self._groups(reader, keys["groups"]) or (of.groups if of else ())

        def excluded(read: Read) -> tuple[str, ...]:
            return self._excluded(reader, keys["except"], read["groups"])

        own = {"key": key, "section": section, "groups": groups, "except": excluded}
        read = read_entries(reader, Ratee, own)
        raters = tuple(group for group in read["groups"] if group not in read["excluded"])
        ratee = Ratee(**read | {"groups": self._rows(raters), "raters": raters})
        self.ratees.setdefault(ratee.key, ratee)

    def _excluded(self, reader: Reader, known: SchemaKey, groups: tuple[str, ...]) -> tuple[str, ...]:
        excluded = self._groups(reader, known) or ()
        if excluded and reader.has("groups"):
            said = "says the same as groups the other way round; give one of them"
            reader.fault(known.key, said, Flaw.EXCEPT_BESIDE_GROUPS)
        elif groups and set(groups) <= set(excluded):
            reader.fault(known.key, "leaves nobody to rate", Flaw.EXCEPT_ALL)
        return excluded

    def _rows(self, groups: Sequence[str]) -> tuple[str, ...]:
        """Return the rows in which the votes of some groups are counted, in order."""
        named = (self.groups[key].pool or key for key in groups)
        return tuple(sorted(dict.fromkeys(named), key=self.row_order.__getitem__))

    def _quota(self, reader: Reader) -> Quota | None:
        read = read_entries(reader, Quota)
        number = read["number"]
        limits = {"number": None, "share": number} if isinstance(number, Fraction) else {"share": None}
        quota = Quota(**read | limits)
        section = _reference(reader, "section", quota.section, self.sections)
        if not section:
            return None
        if quota.criterion and quota.criterion not in {item.key for item in section.criteria}:
            said = f'no criterion "{quota.criterion}" in section "{section.key}"'
            reader.fault("criterion", said, Flaw.NO_SUCH, value=quota.criterion)
        scale = self.scales.get(section.scale)
        if scale and quota.grade and quota.grade not in {item.key for item in scale.grades}:
            said = f'no grade "{quota.grade}" on scale "{scale.key}"'
            reader.fault("grade", said, Flaw.NO_SUCH, value=quota.grade)
        if section.is_ticked and scale and quota.grade == section.unticked == scale.grades[-1].key:
            said = f'"{quota.grade}" is what an empty line counts as: it has no limit'
            reader.fault("grade", said, Flaw.LIMIT_OF_UNTICKED)
        return quota

    def _question(self, reader: Reader) -> None:
        keys = entries_of(Question)

        def options(read: Read) -> tuple[Option, ...]:
            return _options(reader, keys["options"], read["kind"])

        def at_most(read: Read) -> int:
            return _at_most(reader, keys["at_most"], read["kind"], len(read["options"]))

        def groups(_read: Read) -> tuple[str, ...]:
            named = self._groups(reader, keys["groups"]) or tuple(self.groups)
            self._require_whole_pools(reader, named)
            return self._rows(named)

        def breakdown(read: Read) -> bool:
            return self._breakdown(reader, keys["breakdown"], read["kind"], read["groups"])

        own = {"options": options, "at_most": at_most, "groups": groups, "breakdown": breakdown}
        read = read_entries(reader, Question, own)
        question = Question(**read | {"kind": read["kind"] or QuestionKind.TEXT})
        section = self.sections.get("q")
        if question.key == "comment" and section and section.comment:
            said = 'is taken on the ballot by the comment of section "q"'
            reader.fault("key", said, Flaw.TAKEN_BY_COMMENT)
        self.questions.setdefault(question.key, question)

    def _breakdown(
        self, reader: Reader, known: SchemaKey, kind: QuestionKind | None, groups: tuple[str, ...]
    ) -> bool:
        breakdown: bool = known.read(reader)
        if breakdown and kind in (QuestionKind.CHOICES, QuestionKind.TEXT):
            reader.fault("breakdown", "belongs to kind = choice only", Flaw.BREAKDOWN_KIND)
        elif breakdown and len(groups) < len(self.row_order):
            reader.fault("breakdown", "a breakdown must be asked of all groups", Flaw.BREAKDOWN_GROUPS)
        elif breakdown and sum(item.breakdown for item in self.questions.values()) >= MAX_BREAKDOWNS:
            said = f"at most {MAX_BREAKDOWNS} questions may be breakdowns"
            reader.fault("breakdown", said, Flaw.BREAKDOWN_NUMBER, limit=MAX_BREAKDOWNS)
        return breakdown

    def _require_whole_pools(self, reader: Reader, named: Sequence[str]) -> None:
        pools = {self.groups[key].pool for key in named} - {""}
        for key, group in self.groups.items():
            if group.pool in pools and key not in named:
                said = f'is asked of a part of the pool "{group.pool}"; name all of its groups, or none'
                reader.fault("groups", said, Flaw.QUESTION_OF_PART, value=group.label)
                return

    def _groups(self, reader: Reader, known: SchemaKey) -> tuple[str, ...] | None:
        named = known.read(reader)
        for place, key in enumerate(named or ()):
            if key not in self.groups:
                reader.fault(f"{known.key}[{place}]", f'no group "{key}"', Flaw.NO_SUCH, value=key)
        return None if named is None else tuple(key for key in self.groups if key in named)

    def _named(self, reader: Reader, known: SchemaKey, among: dict[str, T]) -> str:
        value: str = known.read(reader)
        _reference(reader, known.key, value, among)
        return value


def _reference(reader: Reader, key: str, value: str, among: dict[str, T]) -> T | None:
    """Return what a key names among some; note a fault where it is none of them."""
    if value and value not in among:
        reader.fault(key, f'no {key} "{value}"', Flaw.NO_SUCH, value=value)
    return among.get(value)


def _criteria(reader: Reader, known: SchemaKey) -> tuple[Criterion, ...]:
    criteria: dict[str, Criterion] = {}

    def row(inner: Reader) -> None:
        criterion = Criterion(**read_entries(inner, Criterion))
        if criterion.key == "comment":
            inner.fault("key", 'no criterion may be called "comment"', Flaw.RESERVED, value="comment")
        if criterion.overall and any(other.overall for other in criteria.values()):
            inner.fault("overall", "another criterion of the section is overall", Flaw.OVERALL_TWICE)
        criteria.setdefault(criterion.key, criterion)

    known.read(reader, row=row)
    if criteria and not any(criterion.weight for criterion in criteria.values()):
        reader.fault(known.key, "at least one weight must be above 0", Flaw.NO_WEIGHT)
    return tuple(criteria.values())


def _options(reader: Reader, known: SchemaKey, kind: QuestionKind | None) -> tuple[Option, ...]:
    if kind is QuestionKind.TEXT and reader.has(known.key):
        reader.fault(known.key, "belong to kind = choice or choices only", Flaw.OPTIONS_OF_TEXT)
    options: dict[str, Option] = {}

    def row(inner: Reader) -> None:
        option = Option(**read_entries(inner, Option))
        if option.alone and kind is QuestionKind.CHOICE:
            inner.fault("alone", "belongs to kind = choices only", Flaw.ALONE_KIND)
        options.setdefault(option.key, option)

    asked = kind in (QuestionKind.CHOICE, QuestionKind.CHOICES)
    known.read(reader, row=row, least=None if asked else 0)
    return tuple(options.values())


def _at_most(reader: Reader, known: SchemaKey, kind: QuestionKind | None, options: int) -> int:
    number: int | None = known.read(reader)
    if reader.has(known.key) and kind in (QuestionKind.CHOICE, QuestionKind.TEXT):
        reader.fault(known.key, "belongs to kind = choices only", Flaw.AT_MOST_OF_ONE)
    return (number or options or 1) if kind is QuestionKind.CHOICES else 1


def _check_list(reader: Reader, section: Section, scale: Scale | None) -> None:
    """Note what is wrong with a form that is a list to tick, or says what only such a list may."""
    if not section.is_ticked:
        if section.unticked and (reader.is_sound("form") or not reader.has("form")):
            reader.fault("unticked", 'belongs to form = "ticks" only', Flaw.UNTICKED_OF_LINES)
        if section.write_in and (reader.is_sound("form") or not reader.has("form")):
            reader.fault("write_in", 'belongs to form = "ticks" only', Flaw.WRITE_IN_OF_LINES)
        return
    if len(section.criteria) > 1:
        reader.fault("criteria", 'form = "ticks" has one criterion: one box a line', Flaw.TICKS_CRITERIA)
    if scale is None:
        return
    if len(scale.grades) != 2:
        reader.fault("scale", 'form = "ticks" needs a scale of two grades', Flaw.TICKS_SCALE)
        return
    if scale.asks_reasons:
        reader.fault("scale", 'form = "ticks" has no room for reasons', Flaw.TICKS_REASONS)
    ticked, unticked = scale.grades
    if not section.unticked:
        reader.fault("unticked", "is missing: the grade that an empty line counts as", Flaw.MISSING)
    elif section.unticked == ticked.key:
        said = f'must be the last grade of the scale, "{unticked.key}"'
        reader.fault("unticked", said, Flaw.UNTICKED_BEST, label=unticked.label)
    elif section.unticked != unticked.key:
        said = f'no grade "{section.unticked}" on scale "{scale.key}"'
        reader.fault("unticked", said, Flaw.NO_SUCH, value=section.unticked)


def _require_quotas(
    top: Reader, sections: Sequence[Section], scales: dict[str, Scale], quotas: Sequence[Quota]
) -> None:
    """Note each list to tick of which nothing says how many may be ticked."""
    limited = {(quota.section, quota.grade) for quota in quotas}
    for place, section in enumerate(sections):
        scale = scales.get(section.scale)
        if section.is_ticked and scale and (section.key, scale.grades[0].key) not in limited:
            said = f'"ticks" needs a quota: how many may be ticked ("{scale.grades[0].key}")'
            top.fault(f"sections[{place}].form", said, Flaw.TICKS_QUOTA)
