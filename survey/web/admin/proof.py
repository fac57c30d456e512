"""Proving afresh who one is, before an act that counts as a signature."""

from survey.services import accounts, second_factor
from survey.services.accounts import Account
from survey.storage.database import transaction

from .acting import by
from .attempts import confirming, room_to_hash


def require_proof(account: Account, password: str, typed: str) -> None:
    """Check password and second factor of whoever is logged in, and count a failure.

    No transaction may be open. Raises ``BadCredentials``, ``TooManyAttempts`` and ``PasswordsBusy``.
    """
    with room_to_hash(), confirming(account):
        # A password takes its time: nobody is to wait for a lock meanwhile.
        with transaction() as session:
            accounts.require_password(session, account.name, password)
        with transaction(write=True) as session:
            second_factor.require_fresh(session, account, typed, by())
