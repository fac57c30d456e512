"""Commands that change a campaign after it was armed: back to a draft, its times, its wording, its turns."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from survey.domain.ballot.turns import HAND_IN, Turn
from survey.domain.errors import BadFile, WrongTurn

from .common import by, campaign_argument, emit, json_option
from .proofs import agreeing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from survey.domain.ballot.turns import TurnStanding
    from survey.domain.definition.campaign import Campaign
    from survey.services.voting.turns import TurnAct


@click.command()
@campaign_argument
@click.option("--yes", is_flag=True, help="Do not ask for the campaign's code.")
@json_option
def disarm(campaign_code: str, yes: bool, as_json: bool) -> None:
    """Take an armed campaign back to a draft; its key is destroyed."""
    from survey.domain.definition.campaign import Custody
    from survey.instance import ready_app
    from survey.services.campaigns import procedure
    from survey.services.operations.download_folder import handout_folder
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction
    from survey.web.context import settings

    asked = f"type {campaign_code} to destroy its key and make it a draft again"
    if not yes and click.prompt(asked, err=True) != campaign_code:
        raise BadFile("the code does not match; nothing was changed")
    with ready_app() as app, app.app_context():
        with transaction() as session:
            custody = find_campaign(session, campaign_code).custody
        places = settings()
        value = procedure.disarm(campaign_code, places.keys, handout_folder(places.instance), by())
    kept = "the holders' shares" if custody is Custody.SCRUTINEERS else "copies of the key"
    emit(
        as_json,
        {"campaign": campaign_code, "state": "draft", "check": value},
        f"{campaign_code} is a draft again; check value {value}",
        f"its key is void: {kept} open nothing any more and may be destroyed; arming again makes a new one",
    )


_later = click.option(
    "--to",
    "moment",
    required=True,
    type=datetime.fromisoformat,
    metavar="MOMENT",
    help="ISO 8601, e.g. 2026-12-01T18:00; without an offset in the campaign's time zone.",
)


@click.command()
@campaign_argument
@_later
@json_option
def postpone(campaign_code: str, moment: datetime, as_json: bool) -> None:
    """Move the planned beginning of the voting to a later time, while the campaign is armed."""
    from survey.instance import ready_app
    from survey.services.campaigns import starting
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        to = _in_zone(session, moment, campaign_code)
        value = starting.postpone(session, campaign_code, to, by())
    emit(
        as_json,
        {"campaign": campaign_code, "opens_at": to.isoformat(), "check": value},
        f"voting in {campaign_code} begins at {to.isoformat()}; check value {value}",
    )


@click.command()
@campaign_argument
@_later
@json_option
def extend(campaign_code: str, moment: datetime, as_json: bool) -> None:
    """Move the end of the voting to a later time, before it has come."""
    from survey.instance import ready_app
    from survey.services.campaigns import deadlines
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        to = _in_zone(session, moment, campaign_code)
        value = deadlines.extend(session, campaign_code, to, by())
    emit(
        as_json,
        {"campaign": campaign_code, "closes_at": to.isoformat(), "check": value},
        f"voting in {campaign_code} ends at {to.isoformat()}; check value {value}",
    )


@click.command()
@campaign_argument
@click.option(
    "--set",
    "wanted",
    multiple=True,
    required=True,
    metavar="PATH=TEXT",
    help="campaign.title, campaign.organiser, campaign.rated_unit, campaign.instructions, "
    "sections.KEY.title, ratees.KEY.name, ratees.KEY.post or ratees.KEY.unit, and what it says; repeat it.",
)
@click.option("--second", required=True, help="Account of the second person, who agrees.")
@click.option("--password-stdin", is_flag=True, help="Read the second person's password from standard input.")
@json_option
def correct(
    campaign_code: str, wanted: tuple[str, ...], second: str, password_stdin: bool, as_json: bool
) -> None:
    """Correct the wording of a campaign that is armed or open; a second person agrees."""
    from survey.instance import ready_app
    from survey.services.campaigns import correcting
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    pairs = [one.partition("=") for one in wanted]
    if any(not sign for _, sign, _ in pairs):
        raise click.UsageError("--set takes PATH=TEXT")
    texts = {path.strip(): text.strip() for path, _, text in pairs}
    with ready_app():
        with transaction() as session:
            found = find_campaign(session, campaign_code)
            changes = correcting.planned(session, found, texts)
        agreed = agreeing(campaign_code, second, password_stdin)
        shown = found.definition.wording or found.definition.digest
        with transaction(write=True) as session:
            value = correcting.correct(session, campaign_code, texts, shown, by(), agreed)
    emit(
        as_json,
        {
            "campaign": campaign_code,
            "changes": [{"path": one.path, "before": one.before, "after": one.after} for one in changes],
            "check": value,
        },
        *(f"{one.path}: {one.before!r} is now {one.after!r}" for one in changes),
        f"{campaign_code} is corrected; check value {value}",
    )


_ratee = click.argument("ratee", metavar="KEY")
_after = click.option(
    "--after",
    "seen",
    type=int,
    metavar="REVISION",
    help="Only if nothing was done since; the revision stands in what the last act prints.",
)


@click.group()
def turn() -> None:
    """Whose turn it is, where ratees are opened one after the other."""


@turn.command("list")
@campaign_argument
@json_option
def list_turns(campaign_code: str, as_json: bool) -> None:
    """Show how far all ratees have come."""
    from survey.instance import ready_app
    from survey.services.voting import turns
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    with ready_app(), transaction() as session:
        campaign = find_campaign(session, campaign_code)
        standing = turns.standing(session, campaign)
    names = {ratee.key: ratee.name for ratee in campaign.definition.ratees}
    value = {
        "format": 1,
        "campaign": campaign_code,
        "revision": standing.revision,
        "handing_in": standing.handing_in,
        "ratees": [{"key": key, "name": names[key], "turn": state.value} for key, state in standing.turns],
    }
    lines = [f"{state.value:8} {key} {names[key]}" for key, state in standing.turns]
    last = "ballots are handed in" if standing.handing_in else "ballots are not taken yet"
    emit(as_json, value, *lines, f"{last}; revision {standing.revision}")


@turn.command("open")
@campaign_argument
@_ratee
@_after
@json_option
def open_one(campaign_code: str, ratee: str, seen: int | None, as_json: bool) -> None:
    """Open a ratee, for the first time or again."""
    _take(campaign_code, "open", lambda standing: standing.open(ratee), seen, as_json)


@turn.command()
@campaign_argument
@_ratee
@_after
@json_option
def end(campaign_code: str, ratee: str, seen: int | None, as_json: bool) -> None:
    """End the turn of a ratee."""
    _take(campaign_code, "end", lambda standing: standing.end(ratee), seen, as_json)


@turn.command("next")
@campaign_argument
@_after
@json_option
def open_next(campaign_code: str, seen: int | None, as_json: bool) -> None:
    """End whoever is open, and open the first of those waiting."""
    _take(campaign_code, "next", lambda standing: _decided(standing, seen).open_next(), seen, as_json)


@turn.command("pass")
@campaign_argument
@_ratee
@_after
@json_option
def pass_over(campaign_code: str, ratee: str, seen: int | None, as_json: bool) -> None:
    """Note that a waiting ratee is absent."""
    _take(campaign_code, "pass-over", lambda standing: standing.pass_over(ratee), seen, as_json)


@turn.command(HAND_IN)
@campaign_argument
@_after
@json_option
def hand_in(campaign_code: str, seen: int | None, as_json: bool) -> None:
    """Take ballots from here on, for good, once nobody is waiting."""
    _take(campaign_code, HAND_IN, lambda standing: _decided(standing, seen).hand_in(), seen, as_json)


def _decided(standing: "TurnStanding", seen: int | None) -> "TurnStanding":
    """Refuse to end whoever is open where it is not said from when: somebody else may have just begun it."""
    if standing.current and seen is None:
        said = f"{standing.current} is open; to end that turn and go on give --after {standing.revision}"
        raise WrongTurn("other-open", said, standing.current)
    return standing


def _take(campaign_code: str, done: str, act: "TurnAct", seen: int | None, as_json: bool) -> None:
    from survey.instance import ready_app
    from survey.services.voting import turns
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        standing, value = turns.take(session, campaign_code, done, act, by(), seen)
        campaign = find_campaign(session, campaign_code)
    told = {
        "campaign": campaign_code,
        "revision": standing.revision,
        "open": standing.current,
        "waiting": len(standing.waiting),
        "handing_in": standing.handing_in,
        "check": value,
    }
    emit(
        as_json,
        told,
        *_lines(campaign, standing.current, dict(standing.turns), standing.handing_in),
        f"revision {standing.revision}",
    )


def _lines(campaign: "Campaign", current: str | None, turns: dict[str, Turn], handing_in: bool) -> list[str]:
    waiting = sum(turn is Turn.WAITING for turn in turns.values())
    if handing_in:
        return [f"{campaign.code}: ballots are taken from here on"]
    head = f"{current} ({campaign.definition.ratee[current].name}) is open" if current else "nobody is open"
    return [f"{campaign.code}: {head}; {waiting} waiting"]


def _in_zone(session: "Session", moment: datetime, campaign_code: str) -> datetime:
    """Read a moment without an offset in the campaign's time zone."""
    from survey.storage.campaign_rows import find_campaign

    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(find_campaign(session, campaign_code).definition.time_zone))


def add_to(group: click.Group) -> None:
    """Add the commands on turns."""
    group.add_command(turn)


COMMANDS = (disarm, postpone, extend, correct)
