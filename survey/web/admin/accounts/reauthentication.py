"""Proving afresh who one is, before an act that counts as a signature."""

from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from survey.services.accounts import accounts, second_factor
from survey.services.accounts.accounts import Account
from survey.storage.database import transaction
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm

from .attempts import confirming, room_to_hash
from .passkey_asking import Asked, PasskeyField, given, unless_signed


class ProofForm(OfficeForm):
    """Password and second factor, asked for afresh."""

    password = PasswordField(_l("密码"), validators=[InputRequired(_l("请填写密码。")), Length(max=200)])
    totp = StringField(_l("动态口令"), validators=[unless_signed(_l("请填写动态口令。"))])
    passkey = PasskeyField()


def require_password(account: Account, password: str) -> None:
    """Check the password of whoever is logged in and has no second factor yet, and count a failure.

    No transaction may be open. Raises ``BadCredentials``, ``TooManyAttempts`` and ``PasswordsBusy``.
    """
    with room_to_hash(), confirming(account), transaction() as session:
        accounts.require_password(session, account.name, password)


def require_proof(account: Account, password: str, form: Asked, typed: str | None, purpose: str) -> None:
    """Check password and second factor of whoever is logged in, and count a failure.

    ``purpose`` is what a passkey must have been asked for. No transaction may be open. Raises
    ``BadCredentials``, ``TooManyAttempts`` and ``PasswordsBusy``.
    """
    with room_to_hash(), confirming(account):
        # A password takes its time: nobody is to wait for a lock meanwhile.
        with transaction() as session:
            accounts.require_password(session, account.name, password)
        factor = given(form, typed, account, current_user.secret, purpose)
        with transaction(write=True) as session:
            second_factor.require_fresh(session, account, factor, by())
