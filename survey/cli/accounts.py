"""Commands on accounts."""

import click

from survey.domain.accounts.roles import Permission, Role, may

from .common import by, emit, json_option, note, read_password

_ON_ITS_CERTIFICATE = "this will stand, as an act of the command line, on the certificate of the campaign"
_ON_CERTIFICATES = (
    "this will stand, as an act of the command line, on the certificate of each campaign that it signs"
)


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(admin)


@click.group()
def admin() -> None:
    """Accounts of those who administer."""


@admin.command()
@click.argument("name")
@click.option("--role", default=Role.ORGANISER.value, type=click.Choice([role.value for role in Role]))
@click.option("--unit", default="", help="The unit whose campaigns it sees; an owner sees all.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@json_option
def create(name: str, role: str, unit: str, password_stdin: bool, as_json: bool) -> None:
    """Make an account; without a password print a one-time login link."""
    from survey.config import read_settings
    from survey.instance import ready_app
    from survey.services.accounts import accounts, passwords
    from survey.storage.database import transaction

    password = read_password("password", from_stdin=True) if password_stdin else None
    settings = read_settings()
    with ready_app(settings):
        hashed = None if password is None else passwords.hash_password(password, name)
        with transaction(write=True) as session:
            made = accounts.create(session, name, role, hashed, by(), unit)
    if may(Role(role), Permission.SIGN):
        note(_ON_CERTIFICATES)
    link = _address(settings.base_url, made.link_secret) if made.link_secret else None
    lines = [f"account {name} ({role})"]
    if link:
        lines.append(f"login link, for one use within 24 hours: {link}")
    emit(as_json, {"name": name, "role": role, "unit": unit, "link": link}, *lines)


@admin.command()
@click.argument("name")
@click.option("--reset-second-factor", is_flag=True, help="Take a lost second factor away, too.")
@json_option
def link(name: str, reset_second_factor: bool, as_json: bool) -> None:
    """Print a one-time login link for an account whose password is lost; the old one ends."""
    from survey.config import read_settings
    from survey.instance import ready_app
    from survey.services.accounts import accounts
    from survey.storage.database import transaction

    settings = read_settings()
    with ready_app(settings), transaction(write=True) as session:
        account = accounts.named(session, name)
        if reset_second_factor:
            accounts.reset_second_factor(session, account, by())
        secret = accounts.replace_password(session, account, by())
    if may(account.role, Permission.SIGN):
        note(_ON_CERTIFICATES)
    address = _address(settings.base_url, secret)
    emit(
        as_json,
        {"name": account.name, "link": address},
        f"login link, for one use within 24 hours: {address}",
    )


@admin.command("confirm-reset")
@click.argument("name")
@click.option("--campaign", "campaign_code", required=True, help="The campaign that the account is to sign.")
@json_option
def confirm_reset(name: str, campaign_code: str, as_json: bool) -> None:
    """Vouch that an account was rightly reset after arming, where no second owner can."""
    from survey.instance import ready_app
    from survey.services.accounts import accounts, resets
    from survey.services.campaigns.campaigns import find_campaign
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        account = accounts.named(session, name)
        name = account.name
        takes_names = find_campaign(session, campaign_code).definition.takes_names
        done = resets.confirm_by_command(session, campaign_code, name, by())
    note(_ON_ITS_CERTIFICATE)
    found = [{"at": one.at.isoformat(), "act": one.act, "by": one.actor} for one in done]
    lines = [f"{one.at.isoformat(timespec='seconds')} {one.act} by {one.actor}" for one in done]
    value = {"campaign": campaign_code, "account": name, "confirmed": found}
    acts = ["sign"] if may(account.role, Permission.SIGN) else []
    acts += (
        ["decide on its written names"] if takes_names and may(account.role, Permission.JOIN_NAMES) else []
    )
    told = f"in {campaign_code} {name} may {' and '.join(acts)}" if acts else f"noted for {campaign_code}"
    emit(as_json, value, f"{told}; confirmed:", *lines)


@admin.command("release-teller")
@click.argument("name")
@click.option("--campaign", "campaign_code", required=True, help="The campaign whose names it decides on.")
@click.option("--reason", required=True, help="Why; it stands in the log and on the certificate.")
@json_option
def release_teller(name: str, campaign_code: str, reason: str, as_json: bool) -> None:
    """Free the place of an account that does not decide on written names, where no owner can."""
    from survey.instance import ready_app
    from survey.services.accounts import accounts
    from survey.services.count import name_tellers
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        name = accounts.named(session, name).name
        value = name_tellers.release(session, campaign_code, name, reason, None, by())
    note(_ON_ITS_CERTIFICATE)
    told = {"campaign": campaign_code, "account": name, "check_value": value}
    emit(as_json, told, f"{name} holds no place in {campaign_code} any more; what it chose stays")


@admin.command("admit-teller")
@click.argument("name")
@click.option("--campaign", "campaign_code", required=True, help="The campaign whose names it may decide on.")
@click.option("--reason", required=True, help="Why; it stands in the log and on the certificate.")
@json_option
def admit_teller(name: str, campaign_code: str, reason: str, as_json: bool) -> None:
    """Let one more account decide on written names, where five took part and a wording is still open."""
    from survey.instance import ready_app
    from survey.services.accounts import accounts
    from survey.services.count import name_tellers
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        account = accounts.named(session, name)
        value = name_tellers.admit(session, campaign_code, account, reason, by())
    note(_ON_ITS_CERTIFICATE)
    told = {"campaign": campaign_code, "account": account.name, "check_value": value}
    emit(as_json, told, f"{account.name} may take a free place in {campaign_code}")


def _address(base_url: str, secret: str) -> str:
    return f"{base_url}/admin/link/{secret}"
