"""The form by which a campaign is armed."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from survey.domain.definition.campaign import Custody
from survey.services.custody.share_distribution import MAX_HOLDERS
from survey.web.admin.office_form import OfficeForm


class ArmForm(OfficeForm):
    """Who keeps the key, in how many shares, and the campaign's code typed."""

    custody = RadioField(
        _l("票箱钥匙由谁保管"),
        choices=[
            SelectChoice(Custody.SCRUTINEERS.value, _l("由监票人分持")),
            SelectChoice(Custody.SERVER.value, _l("由系统管理员保管")),
        ],
        validators=[InputRequired(_l("请选择票箱钥匙由谁保管。"))],
    )
    shares = IntegerField(_l("分成几份"), default=3)
    threshold = IntegerField(_l("几份可以开箱"), default=2)
    typed = StringField(_l("活动代号"))

    def __init__(self, campaign_code: str) -> None:
        super().__init__()
        self._campaign_code = campaign_code

    def validate_shares(self, field: IntegerField) -> None:
        """Take 2 to 10 shares."""
        if self._shared and not 2 <= (field.data or 0) <= MAX_HOLDERS:
            raise ValidationError(_l("份数须为 2 至 %(most)s。", most=MAX_HOLDERS))

    def validate_threshold(self, field: IntegerField) -> None:
        """Take at least two, so that nobody opens the box alone, and no more than there are."""
        if self._shared and not 2 <= (field.data or 0) <= (self.shares.data or 0):
            raise ValidationError(_l("开箱所需份数须为 2 至总份数。"))

    def validate_typed(self, field: StringField) -> None:
        """Have the campaign's code typed."""
        if (field.data or "").strip() != self._campaign_code:
            raise ValidationError(_l("与活动代号不一致，什么都没有改变。"))

    @property
    def _shared(self) -> bool:
        return bool(self.custody.data == Custody.SCRUTINEERS)
