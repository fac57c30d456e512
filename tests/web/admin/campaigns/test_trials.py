"""Trial runs on the pages."""

from flask import Flask

from survey.services.campaigns import campaigns
from survey.storage.database import transaction
from tests.builders import (
    BY,
    a_definition,
)
from tests.office import Office
from tests.web.admin.campaigns.test_campaign import PAGE


def test_a_trial_from_the_pages(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY, "县委组织部")
    office = Office(app, "李明", "organiser", unit="县委组织部")
    assert "建立试投" in office.get(f"{PAGE}/trial").text
    page = office.post(f"{PAGE}/trial", follow=True)
    assert "这是试投" in page.text
    assert "已公布" not in page.text
    trial_page = "/admin/c/small-trial"
    assert office.get(PAGE).text.count("1 次未清除") == 1
    page = office.post(f"{trial_page}/erase", erase="small")
    assert page.status_code == 422
    assert office.post(f"{PAGE}/erase", erase="small").status_code == 409
    page = office.post(f"{trial_page}/erase", follow=True, erase="small-trial")
    assert "试投数据已全部清除" in page.text
    assert office.client.get(trial_page).status_code == 404
