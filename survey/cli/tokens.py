"""Commands on one-time codes and their slips."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey.domain.errors import BadFile

from .common import FilePath, by, campaign_argument, emit, json_option, warn
from .proofs import agreeing

if TYPE_CHECKING:
    from survey.documents.pdf.slips import Slip
    from survey.domain.definition.campaign import Definition
    from survey.services.voting.tokens import Issued


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(token)


@click.group()
def token() -> None:
    """One-time codes."""


@token.command()
@campaign_argument
@click.option("--group", help="Add codes for one rater group.")
@click.option("--count", "number", type=click.IntRange(min=1, max=1_000_000))
@click.option("--csv", "target", required=True, type=FilePath, help="New file for the codes.")
@click.option("--second", help="Account of a second person who agrees to codes issued while voting runs.")
@click.option("--password-stdin", is_flag=True, help="Read the second person's password from standard input.")
@json_option
def issue(
    campaign_code: str,
    group: str | None,
    number: int | None,
    target: Path,
    second: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Make codes and hand them out in a new file, once."""
    from survey.config import read_settings
    from survey.documents.export.code_list import write_code_list
    from survey.instance import ready_app
    from survey.secrecy.custody import write_private
    from survey.services.custody.key_files import Undo
    from survey.services.voting import tokens
    from survey.storage.database import transaction
    from survey.web.context import vault

    if (group is None) != (number is None):
        raise click.UsageError("--group and --count go together")
    if password_stdin and second is None:
        raise click.UsageError("--password-stdin is for the password of --second")
    wanted = {group: number} if group and number else {}
    settings = read_settings()
    with ready_app(settings):
        if second is not None:
            second = agreeing(campaign_code, second, password_stdin)
        with Undo() as undo, transaction(write=True) as session:
            issued = tokens.issue(session, vault(), campaign_code, wanted, by(), second)
            write_private(target, write_code_list(issued.tokens, settings.base_url))
            undo.files.append(target)
            undo.was_kept = lambda: tokens.are_stored(vault(), issued)
    _warn_of_late(issued, second)
    emit(
        as_json,
        {"campaign": campaign_code, "issued": len(issued.tokens), "check": issued.check_value},
        f"{len(issued.tokens)} codes are in {target}, and nowhere else; check value {issued.check_value}",
        "destroy it when the slips are printed: whoever holds it can find out when each code was used",
    )


def _warn_of_late(issued: "Issued", second: str | None) -> None:
    agreed = f"confirmed by {second}" if second else "as confirmed by no second person (--second NAME)"
    campaign_code = issued.campaign.code
    pools = {pool.key for pool in issued.campaign.definition.pools}
    for group, number in issued.late.items():
        had = (
            f"in pool {group} only {number} codes could rate some ratee when it began"
            if group in pools
            else f"group {group} had {number} codes when it began"
        )
        warn(
            f"voting runs, and {had}: codes issued now do not help "
            f"its results over the least number of answers; certificate and tables name them, {agreed}"
        )
        warn(
            "note the persons present before signing: "
            f"minping campaign present {campaign_code} --group {group} --number N"
        )


@token.command()
@campaign_argument
@click.option("--csv", "source", required=True, type=FilePath)
@json_option
def void(campaign_code: str, source: Path, as_json: bool) -> None:
    """Take the codes of leftover or lost slips out of use."""
    from survey.instance import ready_app
    from survey.services.voting import tokens
    from survey.storage.database import transaction
    from survey.web.context import vault

    typed = [code for _, code in _read(source)]
    with ready_app(), transaction(write=True) as session:
        voided = tokens.void(session, vault(), campaign_code, typed, by())
    for spent in voided.spent:
        warn(f"{spent} is spent and was left alone")
    emit(
        as_json,
        {
            "campaign": campaign_code,
            "voided": voided.voided,
            "before": voided.before,
            "spent": list(voided.spent),
            "check": voided.check_value,
        },
        f"{voided.voided} codes voided, {voided.before} were before; check value {voided.check_value}",
    )


@token.command()
@campaign_argument
@click.option("--csv", "source", required=True, type=FilePath)
@click.option("--pdf", "target", required=True, type=FilePath, help="New file for the slips.")
def slips(campaign_code: str, source: Path, target: Path) -> None:
    """Print slips for the codes of a file, in its order."""
    from survey.config import read_settings
    from survey.documents.layout.glyphs import filled
    from survey.documents.pdf.slips import slips_pdf
    from survey.instance import ready_app
    from survey.secrecy.custody import write_private
    from survey.services.campaigns.campaigns import find_campaign
    from survey.storage.database import transaction

    settings = read_settings()
    rows = _read(source)
    with ready_app(settings), transaction() as session:
        definition = find_campaign(session, campaign_code).definition
    made = _slips(definition, rows, settings.base_url)
    content = io.BytesIO()
    slips_pdf(made, title=filled(definition.title), base_url=settings.base_url, out=content)
    write_private(target, content.getvalue())
    click.echo(f"{len(made)} slips are in {target}; destroy both files when the slips are printed")


@token.command()
@campaign_argument
@click.option("--pdf", "target", required=True, type=FilePath, help="New file for the poster.")
def poster(campaign_code: str, target: Path) -> None:
    """Print a poster with the one QR code of an open campaign."""
    from survey.config import read_settings
    from survey.documents.layout.glyphs import filled
    from survey.documents.pdf.poster import poster_pdf, taking_part
    from survey.domain.definition.campaign import EntryMode, State
    from survey.domain.errors import WrongState
    from survey.instance import ready_app
    from survey.secrecy.custody import write_private
    from survey.services.campaigns.campaigns import find_campaign
    from survey.storage.database import transaction

    settings = read_settings()
    with ready_app(settings), transaction() as session:
        campaign = find_campaign(session, campaign_code)
    definition = campaign.definition
    if definition.entry is not EntryMode.OPEN:
        raise WrongState(
            f'{campaign_code} is entered with codes, not by a poster (entry = "{definition.entry}"); '
            "see: minping token slips"
        )
    url = f"{settings.base_url}/o/{campaign_code}"
    content = io.BytesIO()
    title, organiser = definition.title, definition.organiser
    # A draft can still be written another way; what is frozen gets a poster whatever its letters.
    if campaign.state is not State.DRAFT:
        title, organiser = filled(title), filled(organiser)
    period = taking_part(campaign.opens_at, campaign.closes_at, definition.time_zone)
    poster_pdf(title=title, organiser=organiser, url=url, out=content, period=period)
    write_private(target, content.getvalue())
    click.echo(f"the poster for {url} is in {target}")


def _slips(definition: "Definition", rows: Sequence[tuple[str, str]], base_url: str) -> "list[Slip]":
    from survey.documents.export.code_list import address_of
    from survey.documents.layout.glyphs import filled
    from survey.documents.pdf.slips import Slip
    from survey.domain.errors import UnknownToken
    from survey.secrecy.token import find_token

    made = []
    for place, (group, entered) in enumerate(rows, 2):
        if group not in definition.rater:
            raise BadFile(f'row {place}: {definition.code} has no rater group "{group}"')
        try:
            token = find_token(entered)
        except UnknownToken as error:
            raise BadFile(f"row {place} holds no code") from error
        label = filled(definition.rater[group].label)
        made.append(Slip(group_key=group, group_label=label, token=token, url=address_of(base_url, token)))
    return made


def _read(path: Path) -> list[tuple[str, str]]:
    from survey.documents.export.code_list import read_code_list

    try:
        return read_code_list(path.read_bytes(), str(path))
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}") from error
