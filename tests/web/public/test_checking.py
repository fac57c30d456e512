"""The page on which anybody compares papers with a signed count: never a result on it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.domain.count.certificate import SigningPart
from survey.domain.definition.campaign import Publication, State
from survey.services.accounts import accounts, resets
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns
from survey.services.count import certificate, certifying
from survey.storage import campaign_rows
from survey.storage.accounts.account_rows import add_account
from survey.storage.database import transaction
from tests.builders import BY, a_definition
from tests.counted import counted
from tests.signing_in import an_account

SIGNERS = ("计票甲", "监票乙")


def signed(app: Flask) -> str:
    """Sign a count, and return the characters of its footers."""
    counted(a_definition())
    with transaction(write=True) as session:
        made = [add_account(session, name, "scrutineer", None, BY.at) for name in SIGNERS]
        campaign = campaigns.find_campaign(session, "small")
        campaign_rows.set_publication(session, campaign, Publication.NONE)
        certifying.complete(session, campaign, "sha256:x", dict(zip(SigningPart, made, strict=True)), BY)
        return certificate.gather(session, campaigns.find_campaign(session, "small")).count_digest[7:19]


@pytest.mark.parametrize("state", [State.DRAFT, State.OPEN, State.CLOSED, State.COUNTED])
def test_there_is_none_before_the_signatures(app: Flask, client: FlaskClient, state: State) -> None:
    counted(a_definition())
    with transaction(write=True) as session:
        campaign_rows.set_state(session, campaigns.find_campaign(session, "small"), state)
    nobody = client.get("/r/nobody/check")
    for path in ("/r/small/check", "/r/small/check.json"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.text == nobody.text


def test_a_trial_run_has_none(app: Flask, client: FlaskClient) -> None:
    signed(app)
    with transaction(write=True) as session:
        campaign_rows.set_trial(session, campaigns.find_campaign(session, "small"), "other")
    assert client.get("/r/small/check").status_code == 404


@pytest.mark.parametrize("level", list(Publication))
def test_names_stand_there_only_when_results_are_public(
    app: Flask, client: FlaskClient, level: Publication
) -> None:
    signed(app)
    with transaction(write=True) as session:
        campaign_rows.set_publication(session, campaigns.find_campaign(session, "small"), level)
    for path in ("/r/small/check", "/r/small/check.json", "/r/small/check?lang=en"):
        said = client.get(path).text
        assert all((name in said) is (level is Publication.PUBLIC) for name in SIGNERS)


@pytest.mark.parametrize("level", [Publication.NONE, Publication.PUBLIC])
def test_what_was_done_to_signers_accounts_without_who(
    app: Flask, client: FlaskClient, level: Publication
) -> None:
    counted(a_definition())
    an_account("owner", name="王主任")
    made = [an_account("scrutineer", name=name) for name in SIGNERS]
    with transaction(write=True) as session:
        accounts.reset_second_factor(session, made[0], By("王主任", BY.at))
        resets.confirm_by_command(session, "small", SIGNERS[0], By("command line (root)", BY.at))
        campaign = campaigns.find_campaign(session, "small")
        certifying.complete(session, campaign, "sha256:x", dict(zip(SigningPart, made, strict=True)), BY)
        campaign_rows.set_publication(session, campaign, level)
    public = level is Publication.PUBLIC
    for path, words in (
        ("/r/small/check", ("取消第二重验证", "服务器命令行", "2026-11-22 17:00:00")),
        ("/r/small/check?lang=en", ("command line", "2026-11-22 17:00:00")),
    ):
        said = client.get(path).text
        assert all(word in said for word in words)
        for name in ("王主任", "(root)", *SIGNERS):
            assert (name in said) is public, name
        assert ("另一账号" in said) is (not public and "lang" not in path)
    data = client.get("/r/small/check.json").get_json()["signatures"]
    assert [one.get("account", {}).get("factor_reset", {}).get("by") for one in data] == [
        "王主任" if public else None,
        None,
    ]


def test_nothing_on_it_is_a_result(app: Flask, client: FlaskClient) -> None:
    """Of the campaign there are only its title, organiser and code; of the count no more than four totals."""
    signed(app)
    page, data = client.get("/r/small/check").text, client.get("/r/small/check.json").get_json()
    for word in ("干部", "优秀", "称职", "A票", "测评表", "有效", "废票", "得分", "test"):
        assert word not in page
    assert sorted(data) == [
        "campaign",
        "codes",
        "digests",
        "format",
        "organiser",
        "signatures",
        "steps",
        "title",
    ]
    assert sorted(data["codes"]) == ["issued", "returned", "unused", "voided"]
    assert all(sorted(one) == ["act", "at", "check_value"] for one in data["steps"])
    assert all(sorted(one) == ["at", "part"] for one in data["signatures"])


@pytest.mark.parametrize("language", ["", "&lang=en"])
def test_what_was_typed_is_compared(app: Flask, client: FlaskClient, language: str) -> None:
    footer = signed(app)
    check_value = client.get("/r/small/check.json").get_json()["steps"][-1]["check_value"]
    words = {
        footer: ("一致", "It matches"),
        check_value: ("一致", "It matches"),
        "f" * 16: ("不一致", "It does not match"),
        "x": ("认不出", "not recognised"),
    }
    for typed, (said, _) in words.items():
        page = client.get(f"/r/small/check?value={typed}{language}")
        assert page.status_code == 200
        answer = re.search(r'role="status">(.*?)</div>', page.text, re.DOTALL)
        assert answer
        if not language:
            assert said in answer[1]
        assert f'value="{typed}"' in page.text
    assert 'role="status"' not in client.get("/r/small/check").text


def test_it_keeps_nothing_and_can_be_cached(app: Flask, client: FlaskClient) -> None:
    signed(app)
    for path in ("/r/small/check", "/r/small/check.json", "/r/small/check?value=<b>&value=2"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert "<b>&" not in answer.text
    assert client.post("/r/small/check").status_code in (400, 405)
    assert client.get("/r/small/check?value=" + "9" * 5000).status_code == 200
