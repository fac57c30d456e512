"""Having a passkey sign: what a page's script is given, and what its form brings back."""

from typing import Protocol

from flask import abort, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField, StringField, ValidationError

from survey.services.accounts import passkey_challenges, passkeys
from survey.services.accounts.accounts import Account
from survey.services.accounts.passkeys import Signed, Site, site_of
from survey.services.accounts.second_factor import Given
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.context import now, settings


class PasskeyField(HiddenField):
    """What a passkey has signed, filled in by the page's script; never shown again."""

    def _value(self) -> str:
        return ""


class Asked(Protocol):
    """A form that takes a number or what a passkey has signed."""

    passkey: PasskeyField


def unless_signed(message: object) -> object:
    """Return a validator that wants a field filled in where no passkey has signed instead."""

    def validate(form: Asked, field: StringField) -> None:
        if not (form.passkey.data or (field.data or "").strip()):
            raise ValidationError(str(message))

    return validate


@blueprint.context_processor
def _passkey_site() -> dict[str, object]:
    return {"passkey_site": site()}


def only_recovery_codes(field: StringField, account: Account) -> None:
    """Name the field after what can be typed into it, where there is no authenticator app."""
    if account.totp_secret is None:
        field.label.text = _("一个恢复码")


def site() -> Site | None:
    """Return where this instance's passkeys are good, or ``None``."""
    return site_of(settings().base_url)


def ask(account: Account, place: str, purpose: str) -> ResponseReturnValue:
    """Answer a script that wants to have a passkey sign, for one purpose in one place."""
    good_at = site()
    if good_at is None or not account.passkeys:
        abort(404)
    with transaction(write=True) as session:
        return jsonify(passkeys.ask(session, good_at, account, place, purpose, now()))


def given(form: Asked, typed: str | None, account: Account, place: str, purpose: str) -> Given:
    """Return what a form brings as a second factor.

    A challenge is used up, whether it was answered rightly or not. No transaction may be open.
    """
    return signed(form.passkey.data, account, place, purpose) if form.passkey.data else typed


def signed(answer: str | None, account: Account, place: str, purpose: str) -> Signed:
    """Return what a passkey answered, with the challenge that it had to answer, which is used up."""
    good_at = site()
    if good_at is None:
        abort(404)
    with transaction(write=True) as session:
        challenge = passkey_challenges.take(session, account, place, purpose, now())
    return Signed(good_at, challenge, answer or "")
