"""Commands on the instance itself: init, serve, backup, restore, audit."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FilePath, by, emit, json_option, warn
from .ending import end_on_signals, go_on_for_long

if TYPE_CHECKING:
    from flask import Flask


def add_to(group: click.Group) -> None:
    """Add these commands."""
    for command in (init, serve, worker, backup, restore, audit):
        group.add_command(command)


@click.command()
@click.option("--node", type=click.Choice(["office", "voters"]), help="What this machine serves from now on.")
def init(node: str | None) -> None:
    """Make the instance: folder, secrets, database; or bring it up to date."""
    from survey.config import read_settings
    from survey.instance import Node, make_instance, serves_office

    settings = read_settings()
    make_instance(settings, Node(node) if node else None)
    only = "" if serves_office(settings) else "; this node serves voters only"
    click.echo(f"instance ready: {settings.instance}{only}")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--processes", type=click.IntRange(1, 64), help="How many answer; as many as there are cores, 2 to 4."
)
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
@click.option("--no-worker", is_flag=True, help="Leave long work to: minping worker")
def serve(host: str, port: int, processes: int | None, threads: int, no_worker: bool) -> None:
    """Serve the pages, and on the office's node do long work beside; SIGTERM or Ctrl-C ends it orderly."""
    from survey.config import read_settings
    from survey.instance import ready_app, serves_office
    from survey.version import __version__
    from survey.web.server import logs, serving

    end_on_signals()
    with ready_app(pages=True) as app:
        # On a node for voters nobody could fetch what it makes.
        no_worker = no_worker or not serves_office(read_settings())
    go_on_for_long()
    listening = serving.listen(host, port)
    number = processes or serving.usual_processes()
    logs.say("the server began", version=__version__, processes=number, threads=threads)
    click.echo(f"serving at http://{host}:{port}")
    serving.serve(app, listening, number, threads, None if no_worker else partial(_work, app))


def _work(app: "Flask", beat: Callable[[], None]) -> None:
    """Do long work until told to end, and call ``beat`` every second."""
    from time import sleep

    from survey.web.jobs import Worker

    end_on_signals()
    with Worker(app).working():
        while True:
            beat()
            sleep(1)


@click.command()
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    help="Jobs done at once; half of the cores, unless given.",
)
def worker(processes: int | None) -> None:
    """Do long work, beside a server that does not; SIGTERM or Ctrl-C ends it orderly.

    On a node for voters it does what any node can do: large files of results.
    """
    import os
    from threading import Event

    from survey.instance import ready_app
    from survey.web.jobs import Worker

    end_on_signals()
    with ready_app() as app:
        # The other half is for voters.
        at_once = processes or max(1, (os.cpu_count() or 1) // 2)
    go_on_for_long()
    with Worker(app, at_once).working():
        click.echo("waiting for work")
        # Nobody sets it from a signal: whoever waits for it holds its lock now and then.
        Event().wait()


@click.command()
@click.argument("file", type=FilePath)
@click.option("--keep", type=click.IntRange(1), help="FILE is a folder: add a backup, keep the newest KEEP.")
def backup(file: Path, keep: int | None) -> None:
    """Write everything but the keys of boxes into a new file, and read it again."""
    from survey.config import read_settings
    from survey.instance import ready_app
    from survey.services.operations import backup as backups

    settings = read_settings()
    with ready_app(settings):
        acting = by()
        target = file if keep is None else backups.named_by_moment(file, acting.at)
        _require_apart(target)
        taken = backups.write(settings.instance, target, acting)
        removed = [] if keep is None else backups.prune(file, keep)
    click.echo(f"backup written: {target}; the private keys of open boxes are not in it")
    click.echo(f"{taken.checked.as_line()}; {taken.digest}")
    for path in removed:
        click.echo(f"removed: {path}")
    for fault in taken.checked.faults:
        warn(fault)


def _require_apart(target: Path) -> None:
    """Refuse a backup among the keys, which undo the secrecy of a box; warn of one inside the instance."""
    from survey.config import read_settings
    from survey.domain.errors import BadFile

    settings = read_settings()
    above = target.resolve().parents
    if settings.keys in above:
        raise BadFile(f"{target} lies among the keys; a box and its key must not lie together")
    if settings.instance in above:
        warn(f"{target} lies inside the instance and is lost with it; keep a copy on another disk")


@click.command()
@click.argument("file", type=FilePath)
def restore(file: Path) -> None:
    """Fill a new instance from a backup, check it; open campaigns stay closed to voters until reopened."""
    from survey.config import read_settings
    from survey.instance import make_instance, ready_app
    from survey.services.operations import restoring
    from survey.services.operations.backup import check, missing_keys
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    settings = read_settings()
    found = restoring.find(file)
    make_instance(settings)
    with ready_app(settings):
        held = restoring.restore(settings.instance, found, by())
        with transaction() as session:
            checked, missing = check(session), missing_keys(session, settings.keys)
            opened = [find_campaign(session, key) for key in held]
    states = (
        ", ".join(f"{campaign_code} ({state})" for campaign_code, state in checked.campaigns) or "no campaign"
    )
    taken_at = f"{found.mark.taken_at:%Y-%m-%d %H:%M} UTC"
    click.echo(f"restored, as of {taken_at}: {states}; what came later is not in it")
    click.echo(checked.as_line())
    for fault in checked.faults:
        warn(fault)
    for path in missing:
        warn(f"no backup holds a key: put the copy of {path.name} at {path}")
    for campaign_code in held:
        warn(
            f"{campaign_code} was open: ballots cast after the backup are gone, and voters are kept out "
            f"until minping campaign open {campaign_code}"
        )
    for campaign in opened:
        if campaign.awaits_collecting:
            warn(f"if its urn was opened since, minping paper collect {campaign.code} first")
        if campaign.definition.by_sms:
            warn(
                f"{campaign.code} sends no messages, also no reminder, until somebody resumes or sends: "
                "what went out after the backup is not in it"
            )


@click.group()
def audit() -> None:
    """The log of administrators' acts."""


@audit.command()
@json_option
def verify(as_json: bool) -> None:
    """Check the log's chain from its first entry to its last, and that of the corrected wordings in it."""
    from survey.instance import ready_app
    from survey.services.audit import audit as log
    from survey.services.campaigns import correcting
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        number, value = log.verify(session)
        correcting.verify(session)
    emit(
        as_json, {"entries": number, "check": value}, f"the log holds: {number} entries, check value {value}"
    )


@audit.command("list")
@json_option
def list_entries(as_json: bool) -> None:
    """Print the log."""
    import json

    from survey.instance import ready_app
    from survey.services.audit.audit import check_value
    from survey.storage.audit_rows import entries
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        log = [
            {
                "number": entry.number,
                "at": entry.at.isoformat(),
                "actor": entry.actor,
                "act": entry.act,
                "campaign": entry.campaign,
                "detail": json.loads(entry.detail),
                "previous": entry.previous,
                "hash": entry.hash,
            }
            for entry in entries(session)
        ]
    lines = (
        f"{e['number']:>5}  {e['at'][:19]}  {e['actor']}  {e['act']}  {e['campaign'] or ''}  "
        f"{check_value(str(e['hash']))}"
        for e in log
    )
    emit(as_json, log, *lines)
