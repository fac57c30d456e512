"""Published campaigns for tests: counted without voting, signed, published as somebody chose."""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app

from survey.domain.definition.campaign import Campaign, Definition, Publication, State
from survey.domain.publication.edition import Choice, Edition, Personal, everything
from survey.services.campaigns import campaigns
from survey.services.results import publishing
from survey.services.results.publishing import Chosen
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import now
from survey.web.public.links import person_link, results_link
from tests.builders import BY
from tests.counted import counted
from tests.kept_state import kept


@kept
def certified(data: dict[str, Any], sizes: dict[str, int] | None = None, seed: int = 1) -> Definition:
    """Count a made-up campaign and note that it was signed."""
    definition = counted(data, sizes, seed)
    with transaction(write=True) as session:
        found = campaigns.find_campaign(session, definition.code)
        campaign_rows.set_state(session, found, State.CERTIFIED)
    return definition


def campaign_of(code: str) -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, code)


def own(**ticked: bool) -> Personal:
    """Return links for persons that open for another month."""
    return Personal(now() + timedelta(days=30), **ticked)


def publish(
    code: str,
    level: Publication = Publication.PUBLIC,
    choice: Choice | None = None,
    personal: Personal | None = None,
    note: str = "",
) -> Edition:
    """Publish; all tables where nothing is chosen."""
    if level is not Publication.PERSON:
        choice = choice or everything(campaign_of(code).definition)
    with transaction(write=True) as session:
        return publishing.publish_edition(session, code, Chosen(level, choice, personal, note), BY)


def withdraw(code: str) -> None:
    with transaction(write=True) as session:
        publishing.withdraw(session, code, BY)


def link_of(code: str, ratee: str, edition: Edition) -> str:
    """Return the path of a person's page."""
    return person_link(code, ratee, edition, key_of(current_app))


def page_link(code: str) -> str:
    """Return the path of a campaign's page for holders of the link."""
    with transaction() as session:
        run = publishing.run_of(publishing.editions(session, campaigns.find_campaign(session, code)))
    return results_link(code, run, key_of(current_app))


def key_of(app: Flask) -> bytes:
    key: bytes = app.extensions["minping"].vault.link_key
    return key
