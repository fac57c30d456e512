"""Commands on campaigns by text message."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from survey.domain.errors import BadFile, BadSetting

from .common import FilePath, by, campaign_argument, emit, json_option, note, now
from .ending import end_on_signals, go_on_for_long


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(sms)


@click.group()
def sms() -> None:
    """Campaigns by text message."""


@sms.command()
@campaign_argument
@click.argument("source", metavar="LIST", type=FilePath)
def check(campaign_code: str, source: Path) -> None:
    """Check a list of numbers row by row, and show the text; nothing is stored."""
    from survey.instance import ready_app
    from survey.services.sms import client_lists, outbox
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        campaign = find_campaign(session, campaign_code)
        clients = client_lists.check(campaign, source.name, _content(source))
        texts = outbox.shown_texts(campaign)
    click.echo(f"{len(clients)} numbers, no fault")
    for text, parts in texts:
        click.echo(f"{text}  ({len(text)} characters, {parts} {'part' if parts == 1 else 'parts'})")


@sms.command()
@campaign_argument
@click.argument("source", metavar="LIST", type=FilePath)
@json_option
def take(campaign_code: str, source: Path, as_json: bool) -> None:
    """Take a list of numbers into an armed campaign, whole or not at all."""
    from survey.instance import ready_app
    from survey.services.sms import client_lists
    from survey.storage.database import transaction
    from survey.web.sms.counter import secrets_here

    content = _content(source)
    with ready_app(), transaction(write=True) as session:
        taken = client_lists.take(session, secrets_here(), campaign_code, source.name, content, by())
    value = {
        "campaign": campaign_code,
        "taken": taken.taken,
        "groups": taken.groups,
        "left_out": taken.left_out,
        "check": taken.check_value,
    }
    emit(
        as_json,
        value,
        f"{taken.taken} numbers taken, {taken.left_out} left out that want no message; "
        f"check value {taken.check_value}",
    )
    note("the sms key is in no backup and cannot be exported: if it is lost, no reply can be taken")


@sms.command()
@campaign_argument
@click.option("--reminder", is_flag=True, help="Remind those who were invited and have not replied.")
@click.option("--only", type=click.IntRange(min=1), help="So many, chosen at random; the others later.")
@click.option("--at", "at", help="When sending begins, as 2026-11-22T08:00+08:00.")
@json_option
def send(campaign_code: str, reminder: bool, only: int | None, at: str | None, as_json: bool) -> None:
    """Queue invitations to all who have none, or reminders; "minping sms run" sends them."""
    from survey.domain.sms.messages import MessageKind
    from survey.instance import ready_app
    from survey.services.sms import outbox
    from survey.storage.database import transaction

    begin = None if at is None else _moment(at)
    kind = MessageKind.REMINDER if reminder else MessageKind.INVITATION
    with ready_app(), transaction(write=True) as session:
        number = outbox.queue(session, campaign_code, kind, by(), only=only, at=begin)
    emit(as_json, {"campaign": campaign_code, "kind": kind, "queued": number}, f"{number} {kind}s queued")


@sms.command()
@campaign_argument
@json_option
def stop(campaign_code: str, as_json: bool) -> None:
    """Stop sending; what is queued stays, and what a sender has in hand still goes out."""
    _hold(campaign_code, as_json, stops=True)


@sms.command()
@campaign_argument
@json_option
def resume(campaign_code: str, as_json: bool) -> None:
    """Go on sending what is queued, in the hours for it: after a stop, or after a restore."""
    _hold(campaign_code, as_json, stops=False)


def _hold(campaign_code: str, as_json: bool, *, stops: bool) -> None:
    from survey.instance import ready_app
    from survey.services.sms import outbox
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        queued = (outbox.stop if stops else outbox.resume)(session, campaign_code, by())
    value = {"campaign": campaign_code, "stopped": stops, "queued": queued}
    emit(as_json, value, f"sending {'stopped' if stops else 'goes on'}; {queued} messages queued")


@sms.command()
@click.argument("names", metavar="[CHANNEL]…", nargs=-1)
def run(names: tuple[str, ...]) -> None:
    """Send what is queued, and hold the connections of channels that have one, until SIGTERM or Ctrl-C."""
    from threading import Event

    from survey.channels.sms.configuration import read_channels
    from survey.instance import ready_app
    from survey.services.sms.running import SendingPlace
    from survey.services.sms.running import run as run_channels
    from survey.web.context import settings
    from survey.web.server import logs
    from survey.web.sms.counter import channels_file, secrets_here

    end_on_signals()
    with ready_app() as app:
        channels = read_channels(channels_file(settings().instance))
        unknown = [name for name in names if name not in channels]
        if not channels:
            raise BadSetting("no channel is set up: write one into sms.toml, in the folder of the instance")
        if unknown:
            raise BadSetting(f'sms.toml has no channel "{unknown[0]}"; it has {", ".join(channels)}')
        chosen = [channels[name] for name in names or channels]
        logs.attach()
        go_on_for_long()
        click.echo(f"sending over {', '.join(channel.name for channel in chosen)}")
        run_channels(chosen, SendingPlace(secrets_here(), now, app.app_context), Event())


@sms.command()
@campaign_argument
@json_option
def status(campaign_code: str, as_json: bool) -> None:
    """Show how many messages went out, arrived and were replied to."""
    from survey.domain.definition.campaign import State
    from survey.instance import ready_app
    from survey.services.sms import accounting, outbox
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction
    from survey.storage.sms import client_rows

    with ready_app(), transaction() as session:
        campaign = find_campaign(session, campaign_code)
        numbers = accounting.numbers_of(session, campaign).as_json()
        standing = client_rows.standing(session, campaign)
        stopped = campaign.state is State.OPEN and outbox.is_stopped(standing)
    lines = [f"{name.replace('_', ' ')}: {number}" for name, number in numbers.items()]
    if stopped:
        lines.append(f"sending is stopped; next: minping sms resume {campaign_code}")
    emit(as_json, {**numbers, "stopped": stopped}, *lines)


@sms.group(name="opt-out")
def opt_out() -> None:
    """Numbers that want no message, in any campaign, for good."""


@opt_out.command()
@click.argument("number")
def add(number: str) -> None:
    """Note that a number wants no message any more."""
    from survey.domain.sms.phone_numbers import mobile_number
    from survey.instance import ready_app
    from survey.services.sms import client_lists
    from survey.storage.database import transaction
    from survey.web.sms.counter import secrets_here

    written = mobile_number(number)
    with ready_app(), transaction(write=True) as session:
        new = client_lists.opt_out(session, secrets_here(), written, by())
    click.echo("noted" if new else "known already")


@opt_out.command(name="count")
@json_option
def count_opt_outs(as_json: bool) -> None:
    """Show how many numbers want no message."""
    from survey.instance import ready_app
    from survey.storage.database import transaction
    from survey.storage.sms import client_rows

    with ready_app(), transaction() as session:
        number = client_rows.number_of_opt_outs(session)
    emit(as_json, {"opted_out": number}, f"{number} numbers want no message")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}") from error


def _moment(written: str) -> datetime:
    moment: datetime | None = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(written)
    if moment is None or moment.tzinfo is None:
        said = f'"{written}" is no moment with its offset, as 2026-11-22T08:00+08:00'
        raise click.BadParameter(said, param_hint="--at")
    return moment
