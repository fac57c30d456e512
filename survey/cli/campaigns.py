"""Commands that take a campaign from its definition to the shredder."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey.domain.errors import BadFile, InvalidDefinition

from .common import (
    FilePath,
    by,
    campaign_argument,
    emit,
    json_option,
    read_password,
    require_outside,
    warn,
)

if TYPE_CHECKING:
    from survey.domain.definition.campaign import Definition


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(campaign)
    group.add_command(key)


@click.group()
def campaign() -> None:
    """Campaigns."""


def _faults(error: InvalidDefinition, as_json: bool) -> None:
    if as_json:
        emit(True, [{"path": fault.path, "message": fault.message} for fault in error.faults])
        raise SystemExit(1)
    raise error


@campaign.command()
@click.argument("file", type=FilePath)
@json_option
def check(file: Path, as_json: bool) -> None:
    """Check a definition file and list all its faults."""
    from survey.documents.definition.definition_file import read_definition_file
    from survey.domain.definition.bounds import check_definition

    try:
        definition = check_definition(read_definition_file(file))
    except InvalidDefinition as error:
        _faults(error, as_json)
    else:
        emit(as_json, [], f"{file.name} has no fault: {definition.code}, {definition.digest}")
        _warn_of(definition)


def _warn_of(definition: "Definition") -> None:
    """Name on standard error what may have been forgotten, and what PDF files will not be able to write."""
    from survey.documents.layout.definition_glyphs import find_warnings
    from survey.domain.definition.loose_ends import loose_ends

    for line in loose_ends(definition):
        warn(line)
    for found in find_warnings(definition):
        warn(found.line)


@campaign.command()
@click.argument("file", type=FilePath)
@json_option
def load(file: Path, as_json: bool) -> None:
    """Store a campaign from a definition file, or replace its draft."""
    from survey.documents.definition.definition_file import read_definition_file
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns
    from survey.storage.database import transaction

    with ready_app():
        try:
            data = read_definition_file(file)
            with transaction(write=True) as session:
                loaded = campaigns.load(session, data, by())
        except InvalidDefinition as error:
            return _faults(error, as_json)
    emit(
        as_json, _described(loaded), f"{loaded.code} loaded as a draft, definition {loaded.definition.digest}"
    )
    return None


def _described(found: Any) -> dict[str, Any]:
    definition = found.definition
    return {
        "code": found.code,
        "title": definition.title,
        "organiser": definition.organiser,
        "state": found.state,
        "custody": found.custody,
        "held": found.held,
        "publication": found.publication,
        "definition": definition.digest,
        "entry": definition.entry,
        "groups": [{"key": g.key, "label": g.label, "issue": g.issue} for g in definition.groups],
        "ratees": len(definition.ratees),
    }


@campaign.command("list")
@json_option
def list_all(as_json: bool) -> None:
    """List the campaigns and where each stands."""
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        found = campaigns.list_campaigns(session)
    lines = (f"{item.code}  {item.state}  {item.definition.title}" for item in found)
    emit(as_json, [_described(item) for item in found], *lines)


@campaign.command()
@campaign_argument
@json_option
def show(campaign_code: str, as_json: bool) -> None:
    """Show where a campaign stands and what comes next."""
    from survey.domain.definition.campaign import NEXT_STEP
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        found = campaigns.find_campaign(session, campaign_code)
    described = _described(found)
    groups = ", ".join(f"{group.key} ({group.label})" for group in found.definition.groups)
    lines = [f"{name}: {value}" for name, value in described.items() if name != "groups"]
    emit(as_json, described, *lines, f"groups: {groups}", NEXT_STEP[found.state])


@campaign.command()
@campaign_argument
@click.option("--custody", type=click.Choice(["server", "scrutineers"]), default="server", show_default=True)
@click.option("--shares", type=int, help="Number of shares (custody scrutineers).")
@click.option("--threshold", type=int, help="How many of them open the box.")
@click.option("--shares-dir", type=FilePath, help="New or empty folder for the shares.")
@json_option
def arm(
    campaign_code: str,
    custody: str,
    shares: int | None,
    threshold: int | None,
    shares_dir: Path | None,
    as_json: bool,
) -> None:
    """Freeze the definition and make the key of the box."""
    from survey.domain.definition.campaign import Custody
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns
    from survey.services.custody import key_files
    from survey.storage.database import transaction

    kind = Custody(custody)
    numbers = key_files.share_numbers(kind, shares, threshold, shares_dir)
    if shares_dir:
        require_outside(shares_dir, what="the shares")
    with ready_app() as app, key_files.Undo() as undo, transaction(write=True) as session:
        armed = campaigns.arm(session, campaign_code, kind, by(), **numbers)
        definition = campaigns.find_campaign(session, campaign_code).definition
        if kind is Custody.SERVER:
            path = key_files.keep_key(_keys(app), armed, undo)
            lines = [
                f"the key is at {path}; write a second copy: minping key export {campaign_code} --to FILE"
            ]
        else:
            files = key_files.write_shares(shares_dir or Path(), armed, undo, **numbers)
            lines = [f"share for one holder: {path}" for path in files]
            lines.append("beside each lies the same as a sheet to print, fold and seal (.pdf)")
    emit(
        as_json,
        {"campaign": campaign_code, "custody": custody, "check": armed.check_value},
        f"{campaign_code} is armed; check value {armed.check_value}",
        *lines,
    )
    _warn_of(definition)


def _keys(app: Any) -> Path:
    from survey.web.context import settings

    with app.app_context():
        return settings().keys


@campaign.command("open")
@campaign_argument
@json_option
def open_campaign(campaign_code: str, as_json: bool) -> None:
    """Let voters in."""
    from survey.config import read_settings
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns
    from survey.storage.database import transaction

    settings = read_settings()
    with ready_app(settings), transaction(write=True) as session:
        value = campaigns.open_voting(
            session, campaign_code, settings.base_url, allow_http=settings.allow_http, by=by()
        )
    if campaigns.is_plain_http(settings.base_url):
        warn("plain HTTP: others on the network could read ballots; voters are told so")
    emit(
        as_json, {"campaign": campaign_code, "check": value}, f"{campaign_code} is open; check value {value}"
    )


@campaign.command()
@campaign_argument
@click.option("--group", required=True)
@click.option("--number", required=True, type=click.IntRange(min=0))
def present(campaign_code: str, group: str, number: int) -> None:
    """Note how many people of a rater group are in the room."""
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        campaigns.set_present(session, campaign_code, group, number, by())
    click.echo(f"{campaign_code}: {number} present in group {group}")


@campaign.command()
@campaign_argument
@json_option
def close(campaign_code: str, as_json: bool) -> None:
    """End the voting for good and shake the box."""
    from survey.instance import ready_app
    from survey.services.campaigns import procedure

    with ready_app():
        value = procedure.close(campaign_code, by())
    emit(
        as_json,
        {"campaign": campaign_code, "check": value},
        f"{campaign_code} is closed, the box is shaken; check value {value}",
    )


@campaign.command("count")
@campaign_argument
@click.option(
    "--share-file",
    "share_files",
    multiple=True,
    type=FilePath,
    help="A holder's share: words, digits, a picture of the QR code, the sheet's PDF; repeat it.",
)
@json_option
def count_box(campaign_code: str, share_files: tuple[Path, ...], as_json: bool) -> None:
    """Open the box and count; once counted, count again and compare."""
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns, procedure
    from survey.services.count import counting
    from survey.services.custody import key_files
    from survey.storage.database import transaction

    with ready_app() as app:
        with transaction() as session:
            found = campaigns.find_campaign(session, campaign_code)
        counting.require_countable(found)
        for path in share_files:
            require_outside(path, what="shares, which must never lie there")
        counted = procedure.count(campaign_code, key_files.seed_of(found, _keys(app), share_files), by())
    for note in counted.notes:
        warn(note)
    total = counted.count.accounting.total
    said = "recounted; nothing was written" if counted.recount else "counted"
    emit(
        as_json,
        {
            "campaign": campaign_code,
            "count": counted.digest,
            "recount": counted.recount,
            "check": counted.check_value,
        },
        f"{campaign_code} is {said}: returned {total.returned}, valid {total.valid}, "
        f"spoiled {total.spoiled}, unreadable {total.unreadable}; "
        f"count {counted.digest}; check value {counted.check_value}",
    )


@campaign.command()
@campaign_argument
@click.option("--teller", help="Left out where the definition asks for one signature.")
@click.option("--scrutineer", required=True)
@click.option("--passwords-stdin", is_flag=True, help="Read the passwords from standard input, one a line.")
@json_option
def certify(
    campaign_code: str, teller: str | None, scrutineer: str, passwords_stdin: bool, as_json: bool
) -> None:
    """Sign the count: two accounts with their passwords, or one where the definition says so."""
    from survey.domain.count.certificate import SigningPart
    from survey.instance import ready_app
    from survey.services.accounts import accounts, second_factor
    from survey.services.campaigns import campaigns
    from survey.services.count import certifying
    from survey.storage.database import transaction

    named = {SigningPart.TELLER: teller} if teller is not None else {}
    named[SigningPart.SCRUTINEER] = scrutineer
    with ready_app():
        with transaction() as session:
            found = campaigns.find_campaign(session, campaign_code)
        if teller is None and found.definition.signatures > 1:
            raise click.UsageError(f"Missing option '--teller': two accounts sign {campaign_code}.")
        certifying.require_parts(found, named)
        signers = {}
        for part, name in named.items():
            password = read_password(f"password of {part} {name}", passwords_stdin)
            with transaction() as session:
                account = accounts.require_password(session, name, password)
            second_factor.require_typable(account)
            if second_factor.has(account):
                totp = read_password(f"one-time number of {name}", passwords_stdin)
                with transaction(write=True) as session:
                    second_factor.require_fresh(session, account, totp, by())
            signers[part] = account
        with transaction(write=True) as session:
            value = certifying.certify(
                session, campaign_code, signers.get(SigningPart.TELLER), signers[SigningPart.SCRUTINEER], by()
            )
    emit(
        as_json,
        {"campaign": campaign_code, "check": value},
        f"{campaign_code} is certified; check value {value}",
    )


@campaign.command()
@campaign_argument
@click.option("--yes", is_flag=True, help="Do not ask for the campaign's code.")
@json_option
def shred(campaign_code: str, yes: bool, as_json: bool) -> None:
    """Destroy sealed ballots, code digests and the key, for good."""
    from survey.instance import ready_app
    from survey.services.campaigns import procedure

    if (
        not yes
        and click.prompt(f"type {campaign_code} to destroy its ballots and key", err=True) != campaign_code
    ):
        raise BadFile("the code does not match; nothing was destroyed")
    with ready_app() as app:
        value = procedure.shred(campaign_code, _keys(app), by())
    emit(
        as_json,
        {"campaign": campaign_code, "check": value},
        f"{campaign_code} is shredded; check value {value}",
        "destroy exported key copies and shares too: then sealed ballots in old backups stay shut",
    )


@campaign.command()
@campaign_argument
@click.option("--as", "publication", required=True, type=click.Choice(["public", "link", "withdrawn"]))
def publish(campaign_code: str, publication: str) -> None:
    """Publish all tables, to all or to holders of a link, or withdraw what is published."""
    from survey.config import read_settings
    from survey.domain.definition.campaign import Publication
    from survey.instance import ready_app
    from survey.services.results import publishing
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction
    from survey.web.context import vault
    from survey.web.public.links import results_link

    settings = read_settings()
    chosen = Publication(publication)
    with ready_app(settings):
        with transaction(write=True) as session:
            publishing.publish(session, campaign_code, chosen, by())
            run = publishing.run_of(publishing.editions(session, find_campaign(session, campaign_code)))
        link = (
            results_link(campaign_code, run, vault().link_key)
            if chosen is Publication.LINK
            else f"/r/{campaign_code}"
        )
    where = "" if chosen is Publication.WITHDRAWN else f": {settings.base_url}{link}"
    click.echo(f"{campaign_code} is {'withdrawn' if chosen is Publication.WITHDRAWN else 'published'}{where}")


@click.group()
def key() -> None:
    """Keys of boxes."""


@key.command()
@campaign_argument
@click.option("--to", "target", required=True, type=FilePath)
def export(campaign_code: str, target: Path) -> None:
    """Write a second copy of a key file, for a drawer."""
    from survey.domain.audit.acts import Act
    from survey.instance import ready_app
    from survey.services.audit import audit
    from survey.services.campaigns import campaigns
    from survey.services.custody import key_files
    from survey.storage.database import transaction

    require_outside(target, what="the copy")
    with ready_app() as app, key_files.Undo() as undo, transaction(write=True) as session:
        found = campaigns.find_campaign(session, campaign_code)
        key_files.export(found, _keys(app), target, undo)
        audit.record(session, by(), Act.EXPORT_KEY, campaign_code)
    click.echo(f"copy written: {target}; keep it off this machine, and destroy it with the campaign")
