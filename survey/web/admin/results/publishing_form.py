"""The form by which results are published: to whom, which tables, and what links to persons show."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from survey.domain.definition.campaign import Definition, Publication
from survey.domain.definition.form import QuestionKind
from survey.domain.publication.edition import MAX_NOTE_LENGTH, Choice, Edition, Personal, everything, flags
from survey.domain.results.subjects import any_bands
from survey.services.results.publishing import Chosen
from survey.web.admin.office_form import OfficeForm
from survey.web.admin.words.times import field_moment, typed_moment

DAYS = 30
"""How long links to persons open, unless the organiser says otherwise."""
LEVELS = {
    Publication.PERSON: _l("只发给本人：每位测评对象凭自己的链接，只看自己的结果"),
    Publication.LINK: _l("凭链接：拿到链接的人能看到，链接可以转发"),
    Publication.PUBLIC: _l("公开：任何人打开网址就能看到并下载"),
}
TABLES = {
    "accounting": _l("票数账目"),
    "ranking": _l("得分、等次和名次（总表）"),
    "values": _l("各项目票数和占比（汇总表）"),
    "groups": _l("以上各表逐个票种列出"),
    "questions": _l("问题的结果"),
    "breakdowns": _l("按人群分列"),
    "comments": _l("审阅放行的文字意见"),
    "decisions": _l("组织认定"),
}
OWN = {
    "groups": _l("逐个票种的得分和票数"),
    "mean": _l("本测评表的平均（有 4 个及以上对象才列）"),
    "band": _l("本人的等次"),
    "rank": _l("本人的名次"),
    "breakdowns": _l("按人群分列"),
    "reasons": _l("审阅放行的、关于本人的文字"),
    "decisions": _l("关于本人的组织认定"),
}


class _Ticks(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, _form: Any) -> None:
        """Take nothing that was not offered."""
        if set(self.data or ()) - {value for value, *_ in self.iter_choices()}:
            raise ValidationError(_l("请从列出的里选择。"))


class _Radio(RadioField):
    """One of several."""

    def pre_validate(self, _form: Any) -> None:
        """Take nothing that was not offered."""
        if self.data not in LEVELS:
            raise StopValidation(_l("请选择给谁看。"))


class PublishForm(OfficeForm):
    """Who may read, and what they are shown."""

    level = _Radio(
        _l("给谁看"), choices=[SelectChoice(value.value, label) for value, label in LEVELS.items()]
    )
    sections = _Ticks(_l("公布哪些测评表"))
    tables = _Ticks(_l("公布哪些内容"))
    persons = BooleanField(_l("同时给每位测评对象本人的链接"))
    own = _Ticks(_l("本人能看到自己的什么"))
    until = StringField(_l("本人的链接有效到"))
    note = TextAreaField(
        _l("更正说明"), validators=[Length(max=MAX_NOTE_LENGTH, message=_l("最多 %(max)d 个字。"))]
    )

    def __init__(
        self,
        definition: Definition,
        editions: list[Edition],
        now: datetime,
        given: Any = None,
        *,
        decided: bool,
    ) -> None:
        self._definition, self._now, self._known = definition, now, editions
        start = None if given else _before(definition, editions, now)
        super().__init__(formdata=given, data=start, meta={"csrf": False})
        self.sections.choices = [(one.key, one.title) for one in definition.sections]
        self.tables.choices = _offered(TABLES, _tables(definition, decided))
        self.own.choices = _offered(OWN, _own(definition, decided))

    def validate_sections(self, field: _Ticks) -> None:
        """Have a section for the tables that are of sections."""
        of_sections = {"ranking", "values", "breakdowns"} & set(self.tables.data or ())
        if self.has_page and of_sections and not field.data:
            raise ValidationError(_l("请至少选一张测评表。"))

    def validate_tables(self, field: _Ticks) -> None:
        """Have something to show."""
        if self.has_page and not set(field.data or ()) - {"groups"}:
            raise ValidationError(_l("请至少选一项内容。"))

    def validate_until(self, field: StringField) -> None:
        """Refuse links that would end in the past."""
        if not self.has_links:
            return
        end = typed_moment(field.data or "", self._definition.time_zone)
        if end is None:
            raise ValidationError(_l("请填写日期和时间。"))
        if end <= self._now:
            raise ValidationError(_l("有效期必须晚于现在。"))

    def validate_note(self, field: TextAreaField) -> None:
        """Have readers told why they are shown something else than before."""
        if self._known and not (field.data or "").strip():
            raise ValidationError(_l("以前公布过，请写明这一版更正了什么；读者会看到。"))

    @property
    def has_page(self) -> bool:
        """Return whether there is a page for more than one person."""
        return bool(self.level.data in (Publication.LINK, Publication.PUBLIC))

    @property
    def has_links(self) -> bool:
        """Return whether links to persons are made."""
        return bool(self.level.data == Publication.PERSON or self.persons.data)

    def chosen(self) -> Chosen:
        """Return what was chosen; only once the form is valid."""
        tables, own = set(self.tables.data or ()), set(self.own.data or ())
        choice = personal = None
        if self.has_page:
            keys = tuple(
                one.key for one in self._definition.sections if one.key in (self.sections.data or ())
            )
            choice = Choice(keys, **{name: name in tables for name in flags(Choice)})
        if self.has_links:
            until = typed_moment(self.until.data or "", self._definition.time_zone)
            personal = Personal(until or self._now, **{name: name in own for name in flags(Personal)})
        return Chosen(Publication(self.level.data), choice, personal, (self.note.data or "").strip())


def _offered(labels: Mapping[str, Any], among: Iterable[str]) -> list[tuple[str, Any]]:
    wanted = set(among)
    return [(key, label) for key, label in labels.items() if key in wanted]


def _tables(definition: Definition, decided: bool) -> list[str]:
    """List the tables that a campaign can have."""
    counted = any(question.kind is not QuestionKind.TEXT for question in definition.questions)
    able = {
        "questions": counted,
        "breakdowns": bool(definition.breakdowns),
        "comments": _has_texts(definition),
        "decisions": decided,
    }
    return [key for key in TABLES if able.get(key, True)]


def _own(definition: Definition, decided: bool) -> list[str]:
    sections = definition.sections
    able = {
        "decisions": decided,
        "band": any_bands(definition, sections),
        "rank": definition.results.rank and any(len(definition.ratees_of(one)) > 1 for one in sections),
        "breakdowns": bool(definition.breakdowns),
        "reasons": _has_texts(definition),
    }
    return [key for key in OWN if able.get(key, True)]


def _has_texts(definition: Definition) -> bool:
    asked = any(question.kind is QuestionKind.TEXT for question in definition.questions)
    reasons = any(grade.reason_required for scale in definition.scales for grade in scale.grades)
    return asked or reasons or any(section.comment for section in definition.sections)


def _before(definition: Definition, editions: list[Edition], now: datetime) -> dict[str, Any]:
    """Return what was chosen last, or else what is usual."""
    last = editions[-1] if editions else None
    choice = (last.choice if last else None) or everything(definition)
    until = now + timedelta(days=DAYS)
    personal = (last.personal if last else None) or Personal(until)
    return {
        "level": last.level.value if last else None,
        "sections": choice.sections,
        "tables": [name for name in flags(Choice) if getattr(choice, name)],
        "persons": bool(last and last.personal),
        "own": [name for name in flags(Personal) if getattr(personal, name)],
        "until": field_moment(max(personal.until, now), definition.time_zone),
    }
