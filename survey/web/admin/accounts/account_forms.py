"""Forms of logging in and of accounts."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from survey.domain.accounts.roles import Role
from survey.services.accounts.passkeys import MAX_LABEL_LENGTH
from survey.services.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from survey.web.admin.office_form import OfficeForm

from .passkey_asking import PasskeyField, unless_signed

ROLE_WORDS = {
    Role.ORGANISER: _l("组织者：准备测评、印发投票码、主持投票和计票"),
    Role.SCRUTINEER: _l("计票人、监票人：查看全过程，在计票结果上签字"),
    Role.VIEWER: _l("查看者：只看不改"),
    Role.OWNER: _l("系统管理员：管理人员，并可办理各单位的测评"),
    Role.MEMBER: _l("考核参与人：只看得到有席位的年度考核，看不到测评活动"),
}
ROLE_NAMES = {
    Role.ORGANISER: _l("组织者"),
    Role.SCRUTINEER: _l("计票人、监票人"),
    Role.VIEWER: _l("查看者"),
    Role.OWNER: _l("系统管理员"),
    Role.MEMBER: _l("考核参与人"),
}
_NUMBER = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}


class LoginForm(OfficeForm):
    """Name, password, and the second factor of those who have one."""

    name = StringField(
        _l("账号"),
        validators=[InputRequired(_l("请填写账号。"))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("密码"),
        validators=[InputRequired(_l("请填写密码。"))],
        render_kw={"autocomplete": "current-password"},
    )
    totp = StringField(_l("动态口令"), render_kw=_NUMBER)


class LinkForm(OfficeForm):
    """The second factor of somebody who logs in by a link."""

    totp = StringField(_l("动态口令"), render_kw=_NUMBER)
    passkey = PasskeyField()


class SecondStepForm(OfficeForm):
    """The second factor of somebody whose password was right."""

    totp = StringField(
        _l("动态口令"),
        validators=[unless_signed(_l("请填写动态口令，或一个恢复码。"))],
        render_kw=_NUMBER,
    )
    passkey = PasskeyField()


class FirstPasswordForm(OfficeForm):
    """A password, twice."""

    password = PasswordField(
        _l("新密码"),
        validators=[
            InputRequired(_l("请填写新密码。")),
            Length(MIN_LENGTH, MAX_LENGTH, _l("密码须为 12 至 200 个字符。")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("再填一次新密码"),
        validators=[EqualTo("password", _l("两次填写的密码不一致。"))],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(FirstPasswordForm):
    """Another password in the place of the present one."""

    present = PasswordField(
        _l("现在的密码"),
        validators=[InputRequired(_l("请填写现在的密码。"))],
        render_kw={"autocomplete": "current-password"},
    )


class NumberForm(OfficeForm):
    """A number of the authenticator app."""

    number = StringField(
        _l("验证器显示的 6 位数字"),
        validators=[InputRequired(_l("请填写验证器显示的数字。"))],
        render_kw=_NUMBER | {"inputmode": "numeric"},
    )


class ReplacingForm(NumberForm):
    """The same, where another authenticator is in use still."""

    present = StringField(
        _l("原验证器显示的数字，或一个恢复码"),
        validators=[unless_signed(_l("请填写原验证器显示的数字，或一个恢复码。"))],
        render_kw=_NUMBER,
    )
    passkey = PasskeyField()


class ConfirmForm(OfficeForm):
    """The second factor, to confirm an act."""

    totp = StringField(
        _l("动态口令，或一个恢复码"),
        validators=[unless_signed(_l("请填写动态口令，或一个恢复码。"))],
        render_kw=_NUMBER,
    )
    passkey = PasskeyField()


class SecretsForm(ConfirmForm):
    """Password and second factor, to confirm what changes how one logs in."""

    password = PasswordField(
        _l("现在的密码"),
        validators=[InputRequired(_l("请填写现在的密码。"))],
        render_kw={"autocomplete": "current-password"},
    )


class FirstSecretsForm(OfficeForm):
    """The same for somebody who has no second factor yet."""

    password = PasswordField(
        _l("现在的密码"),
        validators=[InputRequired(_l("请填写现在的密码。"))],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasskeyForm(OfficeForm):
    """What a browser has made, and its holder's name for it."""

    label = StringField(
        _l("给它起个名字"),
        filters=[lambda typed: " ".join(typed.split()) if typed else ""],
        validators=[Length(max=MAX_LABEL_LENGTH, message=_l("名字最多 40 个字。"))],
        render_kw={"autocomplete": "off", "maxlength": MAX_LABEL_LENGTH},
    )
    passkey = PasskeyField()


class PersonForm(OfficeForm):
    """A new account."""

    name = StringField(
        _l("账号"),
        filters=[lambda typed: typed.strip() if typed else typed],
        validators=[InputRequired(_l("请填写账号。")), Length(max=80, message=_l("账号最多 80 个字。"))],
        render_kw={"autocomplete": "off"},
    )
    unit = StringField(
        _l("单位"),
        filters=[lambda typed: typed.strip() if typed else ""],
        validators=[Optional(), Length(max=80, message=_l("单位最多 80 个字。"))],
        render_kw={"autocomplete": "off", "list": "units"},
    )
    role = RadioField(
        _l("可以做什么"),
        choices=[SelectChoice(role.value, words) for role, words in ROLE_WORDS.items()],
        default=Role.ORGANISER.value,
        validators=[InputRequired(_l("请选择可以做什么。"))],
    )
