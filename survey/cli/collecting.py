"""Commands that begin to collect paper ballots, and note how many were in the urn."""

import click

from survey.domain.errors import BadFile

from .common import by, campaign_argument, emit, json_option

MAX_SHEETS = 1_000_000
"""The most sheets that may be noted as counted by hand."""


@click.command()
@campaign_argument
@click.option("--yes", is_flag=True, help="Do not ask for the campaign's code.")
@json_option
def collect(campaign_code: str, yes: bool, as_json: bool) -> None:
    """End the voting by phone for good, so that paper ballots can be scanned."""
    from survey.instance import ready_app
    from survey.services.paper.collecting import collect as begin
    from survey.storage.campaign_rows import find_campaign
    from survey.storage.database import transaction

    asked = f"type {campaign_code} to end its voting by phone, for good"
    if not yes and click.prompt(asked, err=True) != campaign_code:
        raise BadFile("the code does not match; nothing was changed")
    with ready_app(), transaction(write=True) as session:
        value = begin(session, campaign_code, by())
        held = find_campaign(session, campaign_code).held
    first = f"held since a restore; next, by an owner: minping campaign open {campaign_code}"
    emit(
        as_json,
        {"campaign": campaign_code, "stage": "collecting", "check": value},
        f"voting by phone in {campaign_code} has ended; check value {value}",
        first if held else f"open the urn now; then: minping paper scan {campaign_code} FILES…",
    )


@click.command()
@campaign_argument
@click.option("--number", required=True, type=click.IntRange(min=0, max=MAX_SHEETS))
@json_option
def counted(campaign_code: str, number: int, as_json: bool) -> None:
    """Note how many sheets were in the urn, counted by hand."""
    from survey.instance import ready_app
    from survey.services.paper.collecting import note_urn
    from survey.storage.database import transaction

    with ready_app(), transaction(write=True) as session:
        value = note_urn(session, campaign_code, number, by())
    emit(
        as_json,
        {"campaign": campaign_code, "urn": number, "check": value},
        f"{campaign_code}: {number} sheets were in the urn; check value {value}",
    )


COMMANDS = (collect, counted)
