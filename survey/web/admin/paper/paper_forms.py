"""Forms of the page on ballots on paper."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from survey.domain.definition.campaign import Campaign
from survey.services.operations import jobs
from survey.services.voting.tokens import planned_numbers
from survey.web.admin.campaigns.code_forms import GROUP, PLANNED, SlipsForm
from survey.web.admin.office_form import OfficeForm

MAX_SPECIMENS = 50


class BallotsForm(SlipsForm):
    """How many paper ballots to print for whom, each with a new code."""

    key = HiddenField(id="ballots-key")
    with_list = None
    group = SelectField(_l("票种"), id="ballots-group", validate_choice=False)
    number = IntegerField(_l("张数"), id="ballots-number")


class ListedForm(OfficeForm):
    """A list of codes that paper ballots are to be printed for."""

    key = HiddenField(id="listed-key")
    file = FileField(_l("投票码清单（CSV 或文本文件）"), id="listed-file")

    def validate_file(self, field: FileField) -> None:
        """Ask for a file."""
        if not field.data:
            raise ValidationError(_l("请选择文件"))


class SpecimensForm(OfficeForm):
    """How many specimens to print of whose ballot."""

    key = HiddenField(id="specimens-key")
    group = SelectField(_l("票种"), id="specimens-group", validate_choice=False)
    number = IntegerField(_l("张数"), id="specimens-number")

    def validate_group(self, field: SelectField) -> None:
        """Ask for one of the groups."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_l("请选择票种"))

    def validate_number(self, field: IntegerField) -> None:
        """Ask for a number."""
        field.errors = []  # one sentence is enough for what is no number at all
        if field.data is None or not 1 <= field.data <= MAX_SPECIMENS:
            raise ValidationError(_l("请填写 1 至 %(most)s 的整数", most=MAX_SPECIMENS))


def ballots_form(campaign: Campaign, *, offered: bool, sent: bool = False) -> BallotsForm:
    """Return the form as it was sent, or fresh; ``offered``: the planned codes are still to come."""
    form = BallotsForm() if sent else BallotsForm(formdata=None, key=jobs.new_key())
    form.group.choices = _groups(campaign)
    total = sum(planned_numbers(campaign).values())
    form.which.choices = [
        SelectChoice(PLANNED, _("所有票种，按计划各一次（共 %(total)s 张）", total=total)),
        SelectChoice(GROUP, _("只给一个票种加印")),
    ]
    if not sent:
        form.which.data = PLANNED if offered else GROUP
    if not offered:
        form.which.choices = form.which.choices[1:]
    return form


def specimens_form(campaign: Campaign, *, sent: bool = False) -> SpecimensForm:
    """Return the form as it was sent, or fresh."""
    form = SpecimensForm() if sent else SpecimensForm(formdata=None, key=jobs.new_key(), number=3)
    form.group.choices = _groups(campaign)
    return form


def _groups(campaign: Campaign) -> list[SelectChoice]:
    return [SelectChoice(group.key, group.label) for group in campaign.definition.groups]
