"""Acts that want a second person's password."""

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import update

from survey.services.audit.audit import history
from survey.storage.database import transaction
from survey.storage.tables import AccountRow
from survey.storage.token_rows import Turnout
from survey.web import jobs as queue
from tests.builders import running_campaign
from tests.jobs import PASSWORD, an_account
from tests.variants import NAMES
from tests.web.admin.campaigns.test_codes import PAGE, Browser, browser, counted, planned, token


def late(client: FlaskClient, **second: str) -> Response:
    """Ask for three codes of a group that had four when voting began."""
    form = token(client.get(PAGE).text) | {"which": "group", "group": "B", "number": "3"}
    answer: Response = client.post(PAGE, data=form | second)
    return answer


def test_codes_for_a_small_group_while_voting_runs_want_a_second_person(app: Flask) -> None:
    running_campaign(app, planned())
    client = browser(app, "王组织")
    an_account("赵监票", "scrutineer")
    page = client.get(PAGE).text
    assert "以下票种在投票开始时不足 10 张：" in page
    alone = late(client)
    assert alone.status_code == 409
    assert "给“B票”发码须有第二人当场确认" in alone.text
    key = str(late(client, second_name="赵监票", second_password=PASSWORD).location).rpartition("/")[2]
    queue.run(key)
    assert counted()["B"] == Turnout(7, 0, 0)
    with transaction() as session:
        [(entry, facts)] = [one for one in history(session, "small") if one[1].get("late")]
    assert (entry.actor, facts["second"], facts["late"]) == ("王组织", "赵监票", {"B": 4})
    assert "B 票在投票开始时张数少，补发由 赵监票 确认" in client.get("/admin/log").text
    # A group that was large enough needs nobody.
    form = token(client.get(PAGE).text) | {"which": "group", "group": "A", "number": "3"}
    assert client.post(PAGE, data=form).status_code == 303


@pytest.mark.parametrize("name", NAMES)
def test_the_second_person_is_known_in_every_spelling(app: Flask, name: str) -> None:
    running_campaign(app, planned())
    client = browser(app, "王组织")
    an_account("Zhào Ming", "scrutineer")
    assert late(client, second_name=NAMES[name]("Zhào Ming"), second_password=PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("王组织", PASSWORD),
        ("赵监票", "another password"),
        ("钱查看", PASSWORD),
        ("孙外单位", PASSWORD),
        ("李停用", PASSWORD),
        ("周所有", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
    ],
)
def test_who_cannot_be_the_second_person(app: Flask, name: str, password: str) -> None:
    running_campaign(app, planned())
    client = browser(app, "王组织")
    an_account("赵监票", "scrutineer")
    an_account("钱查看", "viewer")
    other, disabled = an_account("孙外单位"), an_account("李停用")
    an_account("周所有", "owner")  # without a second factor
    with transaction(write=True) as session:
        session.execute(update(AccountRow).where(AccountRow.id == other.id).values(unit="外单位"))
        session.execute(update(AccountRow).where(AccountRow.id == disabled.id).values(disabled=True))
    refused = late(client, second_name=name, second_password=password)
    assert refused.status_code == 409
    assert "第二人没有通过" in refused.text
    assert counted()["B"] == Turnout(4, 0, 0)


def test_guessing_the_second_persons_password_ends_at_this_desk(app: Flask) -> None:
    running_campaign(app, planned())
    client = browser(app, "王组织")
    an_account("赵监票", "scrutineer")
    answers = [late(client, second_name="赵监票", second_password="a wrong guess") for _ in range(6)]
    assert [one.status_code for one in answers] == [409] * 5 + [429]
    assert late(client, second_name="赵监票", second_password=PASSWORD).status_code == 429
    # The one whose password was guessed at is kept out of nothing else.
    other = Browser(app, Response)
    page = other.get("/admin/login").text
    data = {"name": "赵监票", "password": PASSWORD, **token(page)}
    assert other.post("/admin/login", data=data).status_code == 303
