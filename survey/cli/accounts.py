"""Commands on accounts."""

import click

from .common import by, emit, json_option, read_password


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(admin)


@click.group()
def admin() -> None:
    """Accounts of those who administer."""


@admin.command()
@click.argument("name")
@click.option(
    "--role", default="organiser", type=click.Choice(["organiser", "scrutineer", "viewer", "owner"])
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@json_option
def create(name: str, role: str, password_stdin: bool, as_json: bool) -> None:
    """Make an account; without a password print a one-time login link."""
    from survey.config import read_settings
    from survey.instance import ready_app
    from survey.services import accounts
    from survey.storage.database import transaction

    password = read_password("password", from_stdin=True) if password_stdin else None
    settings = read_settings()
    with ready_app(settings), transaction(write=True) as session:
        made = accounts.create(session, name, role, password, by())
    link = f"{settings.base_url}/admin/link/{made.link_secret}" if made.link_secret else None
    lines = [f"account {name} ({role})"]
    if link:
        lines.append(f"login link, for one use within 24 hours: {link}")
    emit(as_json, {"name": name, "role": role, "link": link}, *lines)
