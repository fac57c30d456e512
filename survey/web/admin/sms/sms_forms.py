"""Forms of the pages on text messages. None of them is kept when a session ends: they hold numbers."""

from datetime import datetime
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from survey.domain.errors import BadPhoneNumber
from survey.domain.sms.phone_numbers import mobile_number
from survey.web.admin.office_form import OfficeForm
from survey.web.admin.words.times import typed_moment

from .sms_words import number_fault

ADD, REPLACE = "add", "replace"
MAX_TEXT = 500


_Form = TypeVar("_Form", bound=OfficeForm)


def told_apart(form: _Form, word: str) -> _Form:
    """Give the fields of a form ids of their own, where a page has several of the same; return the form."""
    for field in form:
        field.id = field.label.field_id = f"{field.id}-{word}"
    return form


class NumberForm(OfficeForm):
    """One telephone number that somebody types; it is not stored."""

    number = StringField(_l("手机号"), validators=[InputRequired(_l("请填写手机号")), Length(max=40)])

    def validate_number(self, field: StringField) -> None:
        """Refuse what no message can be sent to."""
        try:
            mobile_number(field.data or "")
        except BadPhoneNumber as error:
            raise ValidationError(number_fault(error)) from error


class ListForm(OfficeForm):
    """A list of numbers, beside what is taken already or in its place."""

    file = FileField(_l("名单文件（.xlsx 或 .csv）"), validators=[FileRequired(_l("请选择文件"))])
    mode = RadioField(
        _l("已导入的名单"),
        choices=[
            SelectChoice(ADD, _l("保留，这份名单加在后面")),
            SelectChoice(REPLACE, _l("全部换成这份名单")),
        ],
        default=ADD,
    )


class TryTextForm(NumberForm):
    """To whose number one invitation is sent first, and which of them."""

    ratee = SelectField(_l("发哪一个测评对象的"))


class TryChannelForm(NumberForm):
    """What is sent over a channel to see that it works."""

    text = StringField(_l("内容"), validators=[InputRequired(_l("请填写内容")), Length(max=MAX_TEXT)])


class SendForm(OfficeForm):
    """How many are sent a message, and when that begins."""

    only = IntegerField(
        _l("先发多少个号码"), validators=[Optional(), NumberRange(1, 1_000_000, _l("请填写 1 以上的整数"))]
    )
    at = StringField(_l("几时开始发"), validators=[Optional()])

    def __init__(self, zone: str, **given: Any) -> None:
        super().__init__(**given)
        self.zone = zone

    def validate_at(self, field: StringField) -> None:
        """Refuse what is no moment."""
        if typed_moment(field.data or "", self.zone) is None:
            raise ValidationError(_("请填写日期和时间，或者留空"))

    @property
    def begin(self) -> datetime | None:
        """Return when sending is to begin, ``None`` for at once."""
        return typed_moment(self.at.data, self.zone) if self.at.data else None
