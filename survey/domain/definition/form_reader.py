"""Reading the forms of a definition: scales, rates, sections, ratees, quotas and questions."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from survey.domain.errors import Flaw

from .form import Criterion, Group, Option, Question, QuestionKind, Quota, Ratee, Section, ShareBasis
from .scale import Abstain, Grade, Rate, Scale, Treat
from .validation import Reader

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,10})?)%")
MAX_BREAKDOWNS = 2

T = TypeVar("T")


class FormReader:
    """Read the tables in the order in which they refer to each other."""

    def __init__(self, top: Reader, groups: dict[str, Group]) -> None:
        self.groups = groups
        self.scales: dict[str, Scale] = {}
        self.rates: dict[str, Rate] = {}
        self.sections: dict[str, Section] = {}
        self.section_groups: dict[str, tuple[str, ...]] = {}
        self.ratees: dict[str, Ratee] = {}
        self.questions: dict[str, Question] = {}
        top.tables("scales", self._scale)
        top.tables("rates", self._rate)
        top.tables("sections", self._section)
        top.tables("ratees", self._ratee)
        self.quotas = tuple(quota for quota in top.tables("quotas", self._quota) if quota)
        top.tables("questions", self._question)

    def number_of_ratings(self) -> int:
        """Return how many ratings are asked for over all rater groups."""
        criteria = {key: len(section.criteria) for key, section in self.sections.items()}
        return sum(len(ratee.groups) * criteria.get(ratee.section, 0) for ratee in self.ratees.values())

    def _scale(self, reader: Reader) -> None:
        grades: dict[str, Grade] = {}
        points: list[Fraction] = []
        key = reader.new_key(self.scales)
        reader.tables("grades", lambda grade: _grade(grade, grades, points), least=2)
        self.scales.setdefault(key, Scale(key, tuple(grades.values()), _abstain(reader)))

    def _rate(self, reader: Reader) -> None:
        rate = Rate(
            key=reader.new_key(self.rates),
            label=reader.text("label"),
            scale=reader.text("scale"),
            grades=reader.words("grades", least=1) or (),
        )
        scale = _reference(reader, "scale", rate.scale, self.scales, "scale")
        if scale:
            known = {grade.key for grade in scale.grades}
            for place, grade in enumerate(rate.grades):
                if grade not in known:
                    said = f'no grade "{grade}" on scale "{rate.scale}"'
                    reader.fault(f"grades[{place}]", said, Flaw.NO_SUCH, value=grade)
        self.rates.setdefault(rate.key, rate)

    def _section(self, reader: Reader) -> None:
        criteria: dict[str, Criterion] = {}
        key = reader.new_key(self.sections)
        title = reader.text("title")
        scale = reader.text("scale")
        _reference(reader, "scale", scale, self.scales, "scale")
        read = reader.tables("criteria", lambda criterion: _criterion(criterion, criteria), least=1)
        if read and not any(criterion.weight for criterion in criteria.values()):
            reader.fault("criteria", "at least one weight must be above 0", Flaw.NO_WEIGHT)
        groups = self._groups(reader)
        section = Section(key, title, scale, tuple(criteria.values()), reader.flag("comment"))
        self.sections.setdefault(key, section)
        self.section_groups.setdefault(key, groups or tuple(self.groups))

    def _ratee(self, reader: Reader) -> None:
        key = reader.new_key(self.ratees)
        if key == "q":
            reader.fault("key", 'no ratee may be called "q"', Flaw.RESERVED, value=key)
        section = reader.text("section")
        _reference(reader, "section", section, self.sections, "section")
        name = reader.text("name")
        ratee = Ratee(
            key=key,
            section=section,
            name=name,
            groups=self._groups(reader) or self.section_groups.get(section, ()),
            post=reader.text("post", ""),
            unit=reader.text("unit", ""),
            statement=reader.text("statement", ""),
        )
        self.ratees.setdefault(key, ratee)

    def _quota(self, reader: Reader) -> Quota | None:
        names = {name: reader.text(name) for name in ("section", "criterion", "grade")}
        number, share = _at_most(reader)
        section = _reference(reader, "section", names["section"], self.sections, "section")
        if not section:
            return None
        if names["criterion"] and names["criterion"] not in {item.key for item in section.criteria}:
            said = f'no criterion "{names["criterion"]}" in section "{section.key}"'
            reader.fault("criterion", said, Flaw.NO_SUCH, value=names["criterion"])
        scale = self.scales.get(section.scale)
        if scale and names["grade"] and names["grade"] not in {item.key for item in scale.grades}:
            said = f'no grade "{names["grade"]}" on scale "{scale.key}"'
            reader.fault("grade", said, Flaw.NO_SUCH, value=names["grade"])
        return Quota(section.key, names["criterion"], names["grade"], number, share)

    def _question(self, reader: Reader) -> None:
        key = reader.new_key(self.questions)
        label = reader.text("label")
        kind = reader.choice("kind", QuestionKind)
        options = _options(reader, kind)
        at_most = reader.integer("at_most", least=1, default=len(options)) or 1
        if reader.has("at_most") and kind in (QuestionKind.CHOICE, QuestionKind.TEXT):
            reader.fault("at_most", "belongs to kind = choices only", Flaw.AT_MOST_OF_ONE)
        base = reader.choice("base", ShareBasis, ShareBasis.ANSWERED) or ShareBasis.ANSWERED
        groups = self._groups(reader) or tuple(self.groups)
        breakdown = self._breakdown(reader, kind, groups)
        question = Question(
            key=key,
            label=label,
            kind=kind or QuestionKind.TEXT,
            groups=groups,
            options=options,
            at_most=at_most if kind is QuestionKind.CHOICES else 1,
            base=base,
            breakdown=breakdown,
        )
        section = self.sections.get("q")
        if key == "comment" and section and section.comment:
            said = 'is taken on the ballot by the comment of section "q"'
            reader.fault("key", said, Flaw.TAKEN_BY_COMMENT)
        self.questions.setdefault(key, question)

    def _breakdown(self, reader: Reader, kind: QuestionKind | None, groups: tuple[str, ...]) -> bool:
        breakdown = reader.flag("breakdown")
        if breakdown and kind in (QuestionKind.CHOICES, QuestionKind.TEXT):
            reader.fault("breakdown", "belongs to kind = choice only", Flaw.BREAKDOWN_KIND)
        elif breakdown and len(groups) < len(self.groups):
            reader.fault("breakdown", "a breakdown must be asked of all groups", Flaw.BREAKDOWN_GROUPS)
        elif breakdown and sum(item.breakdown for item in self.questions.values()) >= MAX_BREAKDOWNS:
            said = f"at most {MAX_BREAKDOWNS} questions may be breakdowns"
            reader.fault("breakdown", said, Flaw.BREAKDOWN_NUMBER, limit=MAX_BREAKDOWNS)
        return breakdown

    def _groups(self, reader: Reader) -> tuple[str, ...] | None:
        named = reader.words("groups", least=1 if reader.has("groups") else 0)
        for place, key in enumerate(named or ()):
            if key not in self.groups:
                reader.fault(f"groups[{place}]", f'no group "{key}"', Flaw.NO_SUCH, value=key)
        return None if named is None else tuple(key for key in self.groups if key in named)


def _reference(reader: Reader, key: str, value: str, among: dict[str, T], what: str) -> T | None:
    if value and value not in among:
        reader.fault(key, f'no {what} "{value}"', Flaw.NO_SUCH, value=value)
    return among.get(value)


def _grade(reader: Reader, grades: dict[str, Grade], above: list[Fraction]) -> None:
    key = reader.new_key(grades)
    label = reader.text("label")
    points = reader.number("points")
    reader.require_falling("points", points, above, "the points of the grade")
    if reader.has("reason") and reader.text("reason", "") != "required" and reader.is_sound("reason"):
        reader.fault("reason", 'may only be "required"', Flaw.NOT_REQUIRED)
    grades.setdefault(key, Grade(key, label, points, reader.has("reason")))


def _abstain(scale: Reader) -> Abstain | None:
    reader = scale.part("abstain")
    if reader is None:
        return None
    abstain = Abstain(reader.text("label"), reader.choice("treat", Treat, Treat.EXCLUDE) or Treat.EXCLUDE)
    reader.finish()
    return abstain


def _criterion(reader: Reader, criteria: dict[str, Criterion]) -> None:
    criterion = Criterion(
        reader.new_key(criteria), reader.text("label"), reader.number("weight", default=Fraction(1))
    )
    if criterion.key == "comment":
        reader.fault("key", 'no criterion may be called "comment"', Flaw.RESERVED, value="comment")
    criteria.setdefault(criterion.key, criterion)


def _at_most(reader: Reader) -> tuple[int | None, Fraction | None]:
    value = reader.table.get("at_most")
    if not isinstance(value, str):
        number = reader.integer("at_most", least=0)
        if not reader.has("at_most"):
            reader.fault("at_most", "is missing", Flaw.MISSING)
        return number, None
    written = _PERCENT.fullmatch(reader.text("at_most", ""))
    share = Fraction(Decimal(written[1])) / 100 if written else None
    if share is None or share > 1:
        said = f'"{value}" is neither a whole number nor a share such as "40%"'
        reader.fault("at_most", said, Flaw.NOT_LIMIT, value=value)
    return None, share


def _options(reader: Reader, kind: QuestionKind | None) -> tuple[Option, ...]:
    options: dict[str, Option] = {}

    def read(option: Reader) -> None:
        made = Option(option.new_key(options), option.text("label"))
        options.setdefault(made.key, made)

    if kind is QuestionKind.TEXT and reader.has("options"):
        reader.fault("options", "belong to kind = choice or choices only", Flaw.OPTIONS_OF_TEXT)
    reader.tables("options", read, least=2 if kind in (QuestionKind.CHOICE, QuestionKind.CHOICES) else 0)
    return tuple(options.values())
