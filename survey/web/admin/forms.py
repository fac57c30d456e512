"""Forms of the pages for those who administer."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


class LoginForm(FlaskForm):
    """Name, password, and the second factor of those who have one."""

    name = StringField("账号", validators=[InputRequired("请填写账号")])
    password = PasswordField("密码", validators=[InputRequired("请填写密码"), Length(max=200)])
    totp = StringField("动态口令(如已启用)")


class PasswordForm(FlaskForm):
    """A new password, twice."""

    password = PasswordField(
        "新密码", validators=[InputRequired("请填写新密码"), Length(12, 200, "密码须为 12 至 200 个字符")]
    )
    again = PasswordField("再填一次", validators=[EqualTo("password", "两次填写的密码不一致")])


class EmptyForm(FlaskForm):
    """A button alone; the form only carries the token against forged requests."""
