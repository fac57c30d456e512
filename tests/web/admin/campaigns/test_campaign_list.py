"""The list of campaigns."""

from flask import Flask

from survey.services.campaigns import drafts
from survey.storage.database import transaction
from tests.builders import (
    BY,
    EXAMPLES,
    armed_campaign,
    cast,
    running_campaign,
)
from tests.office import Office
from tests.web.admin.campaigns.test_campaign import named


def test_drafts_in_preparation_are_in_the_list_and_lead_to_their_setting_up(app: Flask) -> None:
    with transaction(write=True) as session:
        drafts.create(session, drafts.empty("half-done"), "", BY)
    office = Office(app)
    assert 'href="/admin/c/half-done/setup/"' in office.get("/admin/").text
    answer = office.client.get("/admin/c/half-done")
    assert (answer.status_code, answer.location) == (303, "/admin/c/half-done/setup/")


def test_the_list_says_turnout_and_next_step(app: Flask) -> None:
    running = running_campaign(app, EXAMPLES / "town-annual.toml")
    for code in running.codes["B"][:13]:
        cast(app, code, {})
    armed_campaign(app, named("waiting"))
    text = Office(app).get("/admin/").text
    assert "10 / 152" in text
    assert "发放投票码" in text
    assert text.index("waiting") < text.index("town-annual"), "the newest first"
