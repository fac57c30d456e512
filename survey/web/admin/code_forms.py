"""Forms of the pages on codes and slips."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from survey.services.slip_jobs import MOST

from .office_form import OfficeForm

PLANNED, GROUP = "planned", "group"
PDF, BOTH = "pdf", "both"


class SlipsForm(OfficeForm):
    """Which codes to make, and in what form to hand them out."""

    key = HiddenField()
    which = RadioField(_l("给谁制作"), default=PLANNED)
    group = SelectField(_l("票种"), validate_choice=False)
    number = IntegerField(_l("张数"))
    form = RadioField(
        _l("下载内容"),
        choices=[
            SelectChoice(PDF, _l("投票单（PDF，A4 每页 8 张）")),
            SelectChoice(BOTH, _l("投票单和投票码清单（PDF 和 CSV，打成一个 ZIP）")),
        ],
        default=PDF,
    )

    def validate_group(self, field: SelectField) -> None:
        """Ask for one of the groups where one group gets more."""
        if self.which.data != PLANNED and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_l("请选择票种"))

    def validate_number(self, field: IntegerField) -> None:
        """Ask for a number where one group gets more."""
        field.errors = []  # one sentence is enough for what is no number at all
        if self.which.data != PLANNED and (field.data is None or not 1 <= field.data <= MOST):
            raise ValidationError(_l("请填写 1 至 %(most)s 的整数", most=MOST))

    def numbers(self) -> dict[str, int]:
        """Return how many for which group; empty for all groups as planned."""
        return {} if self.which.data == PLANNED else {self.group.data: self.number.data or 0}


class VoidForm(OfficeForm):
    """Codes to take out of use, pasted, scanned or in a file."""

    key = HiddenField(id="void-key")
    codes = TextAreaField(_l("投票码"))
    file = FileField(_l("或上传清单（CSV 或文本文件）"))
    replace = BooleanField(_l("同时补发：按作废的张数，给同一票种制作新的投票单"))

    def validate_codes(self, field: TextAreaField) -> None:
        """Ask for codes in either way."""
        if not (field.data or "").strip() and not self.file.data:
            raise ValidationError(_l("请填写投票码，或选择文件"))
