"""Forms of the pages on codes and slips."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from survey.services.voting.slip_jobs import MAX_CODES
from survey.web.admin.office_form import OfficeForm

PLANNED, GROUP = "planned", "group"
NAME, PASSWORD, TOTP = _l("第二人的账号"), _l("第二人的密码"), _l("第二人的动态口令")


class Seconded(OfficeForm):
    """A form on which a second person can agree by name, password and second factor; empty otherwise."""

    second_name = StringField(NAME, validators=[Length(max=80)])
    second_password = PasswordField(PASSWORD, validators=[Length(max=200)])
    second_totp = StringField(TOTP, validators=[Length(max=40)])

    def is_alone(self) -> bool:
        """Return whether nobody agreed."""
        return not (self.second_name.data or self.second_password.data or self.second_totp.data)


class SlipsForm(Seconded):
    """Which codes to make, for whom, and whether to list them."""

    key = HiddenField()
    which = RadioField(_l("给谁制作"), default=PLANNED)
    group = SelectField(_l("票种"), validate_choice=False)
    number = IntegerField(_l("张数"))
    with_list = BooleanField(_l("另要投票码清单（CSV，与票条打成一个 ZIP）"))

    def validate_group(self, field: SelectField) -> None:
        """Ask for one of the groups where one group gets more."""
        if self.which.data != PLANNED and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_l("请选择票种"))

    def validate_number(self, field: IntegerField) -> None:
        """Ask for a number where one group gets more."""
        field.errors = []  # one sentence is enough for what is no number at all
        if self.which.data != PLANNED and (field.data is None or not 1 <= field.data <= MAX_CODES):
            raise ValidationError(_l("请填写 1 至 %(most)s 的整数", most=MAX_CODES))

    def numbers(self) -> dict[str, int]:
        """Return how many for which group; empty for all groups as planned."""
        return {} if self.which.data == PLANNED else {self.group.data: self.number.data or 0}


class LostForm(OfficeForm):
    """The rater groups whose slips are lost as a whole."""

    key = HiddenField(id="lost-key")
    groups = SelectMultipleField(
        _l("哪些票种的票条丢了"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_l("请选择票种"))],
    )


class VoidForm(Seconded):
    """Codes to take out of use, pasted, scanned or in a file."""

    second_name = StringField(NAME, id="void-second-name", validators=[Length(max=80)])
    second_password = PasswordField(PASSWORD, id="void-second-password", validators=[Length(max=200)])
    second_totp = StringField(TOTP, id="void-second-totp", validators=[Length(max=40)])
    key = HiddenField(id="void-key")
    codes = TextAreaField(_l("投票码"))
    file = FileField(_l("或上传清单（CSV 或文本文件）"))
    replace = BooleanField(_l("同时补发：按作废的张数，给同一票种制作新的票条"))

    def validate_codes(self, field: TextAreaField) -> None:
        """Ask for codes in either way."""
        if not (field.data or "").strip() and not self.file.data:
            raise ValidationError(_l("请填写投票码，或选择文件"))
