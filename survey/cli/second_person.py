"""The second person of a command: an account that proves itself at the same terminal."""

from .common import by, read_password


def agree(campaign_code: str, name: str, from_stdin: bool) -> None:
    """Check the proof of a second person; raises ``BadCredentials``."""
    from survey.services.accounts import accounts, second_factor
    from survey.services.accounts.second_person import require_second
    from survey.services.campaigns.campaigns import find_campaign
    from survey.storage.database import transaction

    password = read_password(f"password of {name}", from_stdin)
    with transaction() as session:
        account = accounts.require_password(session, name, password)
        require_second(find_campaign(session, campaign_code), account, None)
    if second_factor.has(account):
        totp = read_password(f"one-time number of {name}", from_stdin)
        with transaction(write=True) as session:
            second_factor.require_fresh(session, account, totp, by())
