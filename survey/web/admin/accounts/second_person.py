"""The second person who agrees to an act at the desk of the first: name, password, second factor."""

from flask_login import current_user

from survey.domain.definition.campaign import Campaign
from survey.services.accounts import accounts, second_factor
from survey.services.accounts.accounts import Account
from survey.services.accounts.second_person import require_second
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.web.admin.campaigns.code_forms import Seconded
from survey.web.context import now

from .attempts import counted, room_to_hash


def second_of(campaign: Campaign, form: Seconded) -> str | None:
    """Return the name of who agreed, proof just checked; ``None`` where nothing was typed.

    No transaction may be open. Raises ``BadCredentials``, ``TooManyAttempts`` and ``PasswordsBusy``.
    """
    if form.is_alone():
        return None
    name = (form.second_name.data or "").strip()
    # Counted for this desk alone: whoever guesses here keeps the other out of nothing else.
    with room_to_hash(), counted(name, _desk()):
        second = _found(campaign, name, form.second_password.data or "")
        with transaction(write=True) as session:
            second_factor.require(session, second, form.second_totp.data, By(second.name, now()))
    return second.name


def second_by_password(campaign: Campaign, name: str, password: str) -> Account:
    """Return who sits at this desk as the second person, by name and password.

    No second factor is asked for: two who decide on one line after the other would wait for a new number at
    each. No transaction may be open. Raises ``BadCredentials``, ``TooManyAttempts`` and ``PasswordsBusy``.
    """
    with room_to_hash(), counted(name, _desk()):
        return _found(campaign, name, password)


def _desk() -> str:
    return f"second of {current_user.account.id}"


def _found(campaign: Campaign, name: str, password: str) -> Account:
    # A password takes its time: nobody is to wait for a lock meanwhile.
    with transaction() as session:
        second = accounts.require_password(session, name, password)
        require_second(campaign, second, current_user.account.name)
    return second
