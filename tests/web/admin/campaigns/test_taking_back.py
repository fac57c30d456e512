"""Taking an armed campaign back on the pages: said, typed, refused with what to do."""

from flask import Flask

from survey.domain.definition.campaign import State
from survey.services.campaigns import campaigns
from survey.services.custody import key_files
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import a_definition, armed_campaign, issue
from tests.office import Office
from tests.web.admin.campaigns.test_campaign import PAGE


def state() -> State:
    with transaction() as session:
        return campaigns.find_campaign(session, "small").state


def test_the_typed_code_takes_it_back(app: Flask) -> None:
    armed_campaign(app, a_definition())
    office = Office(app, "李明", "organiser")
    assert f"{PAGE}/disarm" in office.get(PAGE).text
    assert "再次就绪时另做新钥匙" in office.get(f"{PAGE}/disarm").text
    wrong = office.post(f"{PAGE}/disarm", typed="smal")
    assert (wrong.status_code, state()) == (422, State.ARMED)
    assert 'value="smal"' in wrong.text
    page = office.post(f"{PAGE}/disarm", follow=True, typed=" small ")
    assert "已退回准备" in page.text
    assert state() is State.DRAFT
    assert not key_files.key_path(settings().keys, "small").exists()
    assert f"{PAGE}/disarm" not in page.text
    assert "退回准备" in office.get(f"{PAGE}/protocol").text
    assert "票箱钥匙作废并销毁" in office.get("/admin/log?campaign=small").text
    again = office.post(f"{PAGE}/disarm", typed="small")
    assert again.status_code == 303, "sent twice, it is done once"


def test_codes_that_are_out_keep_it_and_the_page_says_what_to_do(app: Flask) -> None:
    armed_campaign(app, a_definition())
    issue(app, "small", {"A": 2})
    office = Office(app, "李明", "organiser")
    assert "请复制成新活动" in office.get(f"{PAGE}/disarm").text
    refused = office.post(f"{PAGE}/disarm", typed="small")
    assert (refused.status_code, state()) == (409, State.ARMED)
    assert "请复制成新活动" in refused.text


def test_a_viewer_cannot(app: Flask) -> None:
    armed_campaign(app, a_definition())
    office = Office(app, "看客", "viewer")
    assert f"{PAGE}/disarm" not in office.get(PAGE).text
    assert office.get(f"{PAGE}/disarm").status_code == 403
    assert office.post(f"{PAGE}/disarm", typed="small").status_code == 403
    assert state() is State.ARMED
