"""Attacks on the organisers' pages, each as it was tried."""

import io
import re
import time
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from survey.domain.definition.campaign import State
from survey.domain.errors import CampaignExists
from survey.services.accounts import accounts
from survey.services.audit import audit
from survey.services.campaigns import campaigns, drafts, trial
from survey.services.count import certifying
from survey.storage.database import transaction
from survey.web.admin.setup.fields.three_one import pieces_of, put_together
from survey.web.context import settings
from tests.builders import BY, a_definition, cast, close, count, running_campaign
from tests.desk import Desk
from tests.office import Office
from tests.signing_in import an_account, signed_in

HERE, THERE = "县委组织部", "县教育局"


def named(code: str) -> dict[str, object]:
    return a_definition(campaign={"code": code, "title": f"测评{code}", "organiser": "考核组"})


def load(code: str, unit: str = HERE) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, named(code), BY, unit)


def erased_trial(code: str) -> str:
    """Try a campaign out and erase it; return the code that the trial run had."""
    with transaction(write=True) as session:
        tried = trial.begin(session, code, BY).code
    trial.erase(tried, settings().keys, settings().instance / "handout", BY)
    return tried


def test_forms_are_taken_behind_https(app: Flask) -> None:
    """No page lets the browser say where a form came from, so nothing may ask for it; the token decides."""
    desk = Desk(app, "organiser", HERE)
    load("small")
    page = desk.get("/admin/c/small/trial", base_url="https://localhost")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answers = [
        desk.client.post("/admin/c/small/trial", data=data, base_url="https://localhost").status_code
        for data in ({"csrf_token": token}, {"csrf_token": "x"}, {})
    ]
    assert answers == [303, 400, 400]


def test_nobody_takes_the_code_of_an_erased_trial_run(app: Flask) -> None:
    """The log would show the new one's acts to the unit that had the trial run, and count its acts in."""
    load("small")
    tried = erased_trial("small")
    with transaction(write=True) as session:
        with pytest.raises(CampaignExists):
            drafts.create(session, named(tried), THERE, BY)
        with pytest.raises(CampaignExists):
            campaigns.load(session, named(tried), BY, THERE)
        assert drafts.free_code(session, tried) != tried


def test_nobody_takes_the_code_of_another_units_draft(app: Flask) -> None:
    with transaction(write=True) as session:
        drafts.create(session, named("small"), HERE, BY)
        drafts.delete(session, "small", BY)
        with pytest.raises(CampaignExists):
            drafts.create(session, named("small"), THERE, BY)
        assert drafts.create(session, named("small"), HERE, BY).code == "small"


def counted(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:6]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")


def test_a_signature_falls_with_its_account(app: Flask) -> None:
    """Whoever signed with stolen secrets has signed nothing once the account is disabled."""
    counted(app)
    stolen, second, third = (an_account("scrutineer", name=name) for name in ("甲", "乙", "丙"))
    with transaction(write=True) as session:
        certifying.sign(session, "small", stolen, "teller", BY)
        accounts.disable(session, stolen, BY)
        assert certifying.waiting(session, campaigns.find_campaign(session, "small")) is None
        certifying.sign(session, "small", second, "scrutineer", BY)
        assert campaigns.find_campaign(session, "small").state is State.COUNTED
        certifying.sign(session, "small", third, "teller", BY)
        assert campaigns.find_campaign(session, "small").state is State.CERTIFIED


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-01", "x"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_no_day_is_too_much_for_the_log(app: Flask, name: str, day: str) -> None:
    assert signed_in(app, "viewer", HERE).get(f"/admin/log?{name}={day}").status_code == 200


@pytest.mark.parametrize("until", ["9999-12-31T23:59", "0001-01-01T00:00"])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_no_moment_is_too_much_for_extending(app: Flask, zone: str, until: str) -> None:
    data = a_definition(
        campaign={
            "code": "small",
            "title": "小型测评",
            "organiser": "考核组",
            "time_zone": zone,
            "closes_at": datetime(2099, 1, 1, tzinfo=UTC),
        }
    )
    running_campaign(app, data, 2)
    office = Office(app)
    office.get("/admin/c/small")
    assert office.post("/admin/c/small/extend", until=until).status_code in (303, 422)
    assert office.get("/admin/c/small").status_code == 200


def addresses(app: Flask, code: str) -> list[tuple[str, str]]:
    """List every address below a campaign's, with its method."""
    filled = {
        "crop": "0" * 32,
        "subject": "groups",
        "place": "0",
        "kind": "csv",
        "key": "0" * 32,
        "step": "show",
        "section": "form",
        "ratee": "c1",
        "which": "page",
        "number": "1",
    }
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin/c/<campaign_code>"):
            with app.test_request_context():
                values = {name: filled[name] for name in rule.arguments - {"campaign_code"}}
                address = app.url_for(rule.endpoint, campaign_code=code, **values)
            found += [(method, address) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return sorted(found)


@pytest.mark.parametrize("role", ["organiser", "scrutineer", "viewer"])
def test_another_units_campaign_is_as_good_as_none(app: Flask, role: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    load("small")
    before = log()
    client = signed_in(app, role, THERE)
    for method, address in addresses(app, "small"):
        there = answer(client, method, address, "small")
        none = answer(client, method, address.replace("/small", "/nobody"), "nobody")
        assert there == none, (method, address)
        # Steps of a ceremony that was not begun are refused, or lead back, without looking.
        assert there[0] in ((303, 403, 404) if method == "GET" else (403, 404, 409)), (method, address)
    assert log() == before


def answer(client: FlaskClient, method: str, address: str, code: str) -> tuple[int, str]:
    found = client.open(address, method=method, data={"typed": code} if method == "POST" else None)
    return found.status_code, re.sub(r'name="csrf_token" value="[^"]*"', "", found.text).replace(code, "")


def log() -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _facts in audit.history(session, "small")]


def taken(app: Flask, text: str) -> tuple[int, list[str]]:
    """Begin with a definition file; return the status, and the codes there are then."""
    app.config["WTF_CSRF_ENABLED"] = False
    # Encoded here: the test client would put a large body into a temporary file.
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(text.encode()), "x.toml")})
    kind = f"multipart/form-data; boundary={boundary}"
    answer = signed_in(app, "organiser", HERE).post("/admin/new", data=body, content_type=kind)
    with transaction() as session:
        return answer.status_code, [draft.code for draft in drafts.list_unfinished(session)]


HEAD = 'format = 1\n[campaign]\ncode = "bomb"\ntitle = "x"\norganiser = "x"\n'
BOMBS = {
    "a key of many parts": ".".join("a" * 300_000) + " = 1\n",
    "quoted parts": " . ".join(['"a b"'] * 100_000) + " = 1\n",
    "words": f'{HEAD}[[sections]]\nkey = "s"\ngroups = {list(map(str, range(200_000)))}\n',
    "rows": HEAD + "[[groups]]\n" * 100_000,
    "a number behind a thousand faults": HEAD
    + "[[groups]]\n" * 600
    + '[rules]\nblank = "x"\nx = 1e999999999\n',
    "rows that nobody reads": HEAD
    + "".join(f'[[groups]]\nkey = "g{n}"\nlabel = "x"\nweight = 1\n' for n in range(500))
    + "[[groups]]\nkey = 1e999999999\n",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_definition_file_is_no_bomb(app: Flask, text: str) -> None:
    begun = time.monotonic()
    assert taken(app, text) == (422, [])
    assert time.monotonic() - begun < 20


def test_a_report_is_no_bomb() -> None:
    begun = time.monotonic()
    report = "一、三项工作实绩：（1）" + "；（2）" * 20_000 + "；（3）" * 20_000 + " " * 20_000
    assert pieces_of(report) == [""] * 4
    assert time.monotonic() - begun < 5
    pieces = ["甲；乙", "丙。丁", "戊", "己"]
    assert pieces_of(put_together(pieces)) == pieces
