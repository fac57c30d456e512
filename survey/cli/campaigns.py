"""Commands that take a campaign from its definition to the close, and publish its results."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey.domain.errors import InvalidDefinition

from . import armed, counting
from .common import FilePath, by, campaign_argument, emit, json_option, keys_of, note, require_outside, warn

if TYPE_CHECKING:
    from survey.domain.definition.campaign import Definition


def add_to(group: click.Group) -> None:
    """Add these commands."""
    for command in (*armed.COMMANDS, *counting.COMMANDS):
        campaign.add_command(command)
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
        "collecting": found.is_collecting,
        "publication": found.publication,
        "definition": definition.digest,
        "entry": definition.entry,
        "groups": [
            {"key": g.key, "label": g.label, "issue": g.issue} | ({"pool": g.pool} if g.pool else {})
            for g in definition.raters
        ],
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
    lines = (f"{item.code}  {item.stage}  {item.definition.title}" for item in found)
    emit(as_json, [_described(item) for item in found], *lines)


@campaign.command()
@campaign_argument
@json_option
def show(campaign_code: str, as_json: bool) -> None:
    """Show where a campaign stands and what comes next."""
    from survey.instance import ready_app
    from survey.services.campaigns import campaigns
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        found = campaigns.find_campaign(session, campaign_code)
    described = _described(found)
    groups = ", ".join(f"{group.key} ({group.label})" for group in found.definition.raters)
    lines = [f"{name}: {value}" for name, value in described.items() if name != "groups"]
    emit(as_json, described, *lines, f"groups: {groups}", found.next_step)


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
            path = key_files.keep_key(keys_of(app), armed, undo)
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
@click.option("--without-paper", is_flag=True, help="Give up scanned ballots whose paper key is lost.")
@json_option
def close(campaign_code: str, without_paper: bool, as_json: bool) -> None:
    """End the voting for good and shake the box."""
    from survey.instance import ready_app
    from survey.services.campaigns import procedure

    with ready_app() as app:
        value = procedure.close(campaign_code, by(), keys_of(app), without_paper=without_paper)
        _warn_of_urn(campaign_code, keys_of(app))
        _warn_of_waiting(campaign_code)
        shaken = _is_shaken(campaign_code)
    emit(
        as_json,
        {"campaign": campaign_code, "check": value},
        f"{campaign_code} is closed, the box is shaken; check value {value}"
        if shaken
        else f"{campaign_code} is closed; replies sent before are taken for 10 minutes, "
        f"then the worker shakes the box; check value {value}",
    )


def _is_shaken(campaign_code: str) -> bool:
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    with transaction() as session:
        return find_campaign(session, campaign_code).shaken


def _warn_of_waiting(campaign_code: str) -> None:
    """Warn where ratees were never opened, in a campaign that goes person by person."""
    from survey.services.voting import turns
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    with transaction() as session:
        found = find_campaign(session, campaign_code)
        waiting = turns.standing(session, found).waiting if found.definition.turns else ()
    if waiting:
        warn(f"{len(waiting)} were never opened and have no answers: {', '.join(waiting)}")


def _warn_of_urn(campaign_code: str, keys: Path) -> None:
    """Warn where not as many sheets were scanned as people counted."""
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    with transaction() as session:
        found = find_campaign(session, campaign_code)
        if found.definition.paper is None:
            return
        from survey.services.paper.status import status

        told = status(session, found, keys)
    if told.unlike_urn:
        warn(f"{told.urn} sheets were counted in the urn, {told.found} were scanned; find out why")


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
    """Write second copies of key files, that of the paper key too, for a drawer."""
    from survey.domain.audit.acts import Act
    from survey.domain.definition.campaign import State
    from survey.instance import ready_app
    from survey.services.audit import audit
    from survey.services.campaigns import campaigns
    from survey.services.custody import key_files
    from survey.services.paper.keys import is_missing
    from survey.storage.database import transaction

    require_outside(target, what="the copy")
    with ready_app() as app, key_files.Undo() as undo, transaction(write=True) as session:
        found = campaigns.find_campaign(session, campaign_code)
        keys = keys_of(app)
        copies = key_files.export(session, found, keys, target, undo)
        facts = key_files.copied_facts(found, keys, copies)
        audit.record(session, by(), Act.EXPORT_KEY, campaign_code, **facts)
        lost = found.state in (State.ARMED, State.OPEN) and is_missing(session, keys, found)
    if lost:
        warn(f"the paper key of {campaign_code} is not there: its paper ballots cannot be read without it")
    for name, path in copies.items():
        click.echo(f"copy written: {path}; keep it off this machine, and destroy it with the campaign")
        if path.name != name:
            note(f"put back into the folder of keys, its name is {name}")
