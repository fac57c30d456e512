"""The second person who agrees to an act at the desk of the first: name, password, second factor."""

from flask_login import current_user

from survey.domain.definition.campaign import Campaign
from survey.services.accounts import accounts, second_factor
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
    first = current_user.account
    name = (form.second_name.data or "").strip()
    # Counted for this desk alone: whoever guesses here keeps the other out of nothing else.
    with room_to_hash(), counted(name, f"second of {first.id}"):
        # A password takes its time: nobody is to wait for a lock meanwhile.
        with transaction() as session:
            second = accounts.require_password(session, name, form.second_password.data or "")
            require_second(campaign, second, first.name)
        with transaction(write=True) as session:
            second_factor.require(session, second, form.second_totp.data, By(second.name, now()))
    return second.name
