"""Correcting the wording on the page: what was typed stays, a second person agrees, voters see it."""

import pytest
from flask import Flask

from survey.domain.definition.campaign import Definition
from survey.services.audit import audit
from survey.services.campaigns import campaigns, correcting
from survey.storage.database import transaction
from tests.builders import BY, a_definition, cast, close, running_campaign
from tests.jobs import PASSWORD, an_account
from tests.office import Office
from tests.services.paper.printed import armed, listed, printed
from tests.web.admin.campaigns.test_campaign import PAGE

WORDING = f"{PAGE}/wording"
JSON = {"Accept": "application/json"}


def definition() -> Definition:
    with transaction() as session:
        return campaigns.find_campaign(session, "small").definition


def texts() -> dict[str, str]:
    with transaction() as session:
        found = correcting.texts(session, campaigns.find_campaign(session, "small"))
    return {f"text.{path}": text for path, text in found.items()}


def form(**changed: str) -> dict[str, str]:
    now = definition()
    agreed = {"second_name": "赵监票", "second_password": PASSWORD}
    return texts() | {"shown": now.wording or now.digest} | agreed | changed


@pytest.fixture
def office(app: Flask) -> Office:
    an_account("赵监票", "scrutineer")
    return Office(app, "李明", "organiser")


def test_the_corrected_name_is_what_voters_see_and_their_ballots_stay(app: Flask, office: Office) -> None:
    codes = running_campaign(app, a_definition(), 6).codes["A"]
    voter = app.test_client()
    before = voter.post("/v/ballot", data={"code": codes[0]})
    assert "干部c1" in before.text
    assert WORDING in office.get(PAGE).text
    assert 'value="干部c1"' in office.get(WORDING).text
    page = office.post(
        WORDING,
        follow=True,
        **form(**{"text.ratees.c1.name": " 王芳 ", "text.campaign.instructions": "一\r\n二"}),
    )
    assert "文字已更正" in page.text
    after = voter.post("/v/ballot", data={"code": codes[0]})
    assert "王芳" in after.text
    assert "干部c1" not in after.text
    assert definition().instructions == "一\n二"
    # The page that was open before is sent as it is.
    sent = voter.post("/v/cast", data={"code": codes[0], "c1.de": "poor"}, headers=JSON)
    assert sent.status_code == 201
    assert "“干部c1”更正为“王芳”" in office.get(WORDING).text
    assert "赵监票 确认" in office.get("/admin/log?campaign=small").text
    assert "“干部c1”更正为“王芳”" in office.get(f"{PAGE}/protocol").text
    close(app, "small")
    assert "文字不能再改" in office.get(WORDING).text
    assert office.post(WORDING, **form(**{"text.ratees.c1.name": "王方"})).status_code == 409


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"second_name": "", "second_password": ""}, 422, "须由第二人当场填写"),
        ({"second_password": "no such password"}, 403, "第二人没有通过"),
        ({"second_name": "李明"}, 403, "第二人没有通过"),
        ({"text.ratees.c1.name": "干部c2"}, 422, "另一个测评对象"),
        ({"text.ratees.c1.name": " "}, 422, "不能是空的"),
        ({"text.ratees.c1.name": "干部c1"}, 422, "没有一处文字与现在的不同"),
        ({"text.groups.A.label": "甲票"}, 422, "有一处不能更正"),
        ({"shown": "sha256:0"}, 409, "有人刚刚更正过文字"),
    ],
)
def test_what_is_refused_is_shown_again_and_changes_nothing(
    app: Flask, office: Office, changed: dict[str, str], status: int, said: str
) -> None:
    running_campaign(app, a_definition(), 6)
    office.get(WORDING)
    sent = form(**({"text.ratees.c1.name": "王芳"} | changed))
    page = office.post(WORDING, **sent)
    assert (page.status_code, said in page.text) == (status, True)
    assert f'value="{sent["text.ratees.c1.name"].strip()}"' in page.text
    assert PASSWORD not in page.text
    assert definition().changes == ()


def test_a_draft_is_changed_in_its_setup(app: Flask, office: Office) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    assert "请直接在活动设置里改" in office.get(WORDING).text
    assert office.post(WORDING, **form(**{"text.ratees.c1.name": "王芳"})).status_code == 409


def test_a_viewer_cannot(app: Flask) -> None:
    running_campaign(app, a_definition(), 6)
    viewer = Office(app, "看客", "viewer")
    assert WORDING not in viewer.get(PAGE).text
    assert viewer.get(WORDING).status_code == 403
    assert viewer.post(WORDING, **form()).status_code == 403


def test_pages_and_ballots_of_all_states_stand(app: Flask, office: Office) -> None:
    """The log's check on the page holds after a correction, and finds one made past it."""
    codes = running_campaign(app, a_definition(), 6).codes["A"]
    office.get(WORDING)
    office.post(WORDING, **form(**{"text.campaign.title": "小型民主测评"}))
    cast(app, codes[0], {"c1.de": "poor"})
    assert "小型民主测评" in office.get(PAGE).text
    check = office.get("/admin/log/check").text
    with transaction() as session:
        assert audit.verify(session)[1] in check


def test_after_ballots_were_printed_boxes_stay_where_they_are(app: Flask, office: Office) -> None:
    codes = armed(app)
    printed(listed(codes))
    longer = "一个长得一行放不下的名字" * 4
    page = office.post(WORDING, **form(**{"text.ratees.c1.name": longer}))
    assert page.status_code == 422
    assert "纸票已经印了" in page.text
    assert longer in page.text
    assert not definition().changes
    assert "文字已更正" in office.post(WORDING, follow=True, **form(**{"text.ratees.c1.name": "王小明"})).text
