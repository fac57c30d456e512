"""The command that takes an armed campaign back to a draft."""

import click

from survey.domain.errors import BadFile

from .campaigns import campaign
from .common import by, campaign_argument, emit, json_option


def add_to(_group: click.Group) -> None:
    """Add this command to those of campaigns."""
    campaign.add_command(disarm)


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
