"""Who may call what: every endpoint declares it, and the declarations hold."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from survey.domain.accounts.roles import Role
from survey.services.accounts import accounts
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from survey.web.security import PUBLIC, VOTER, declared_access, require_declarations
from tests.builders import BY, a_definition, running_campaign
from tests.signing_in import PASSWORD, sign_in, signed_in

SAMPLES = {"int": "9999", "float": "1.5", "uuid": "00000000-0000-0000-0000-000000000000"}
OPEN_TO_ALL = {
    *("admin.link", "admin.use_link", "admin.log_in", "admin.choose_language"),
    # Between password and second factor: each looks for a password or a link that was just right.
    *("admin.second_step", "admin.ask_at_login", "admin.ask_with_link"),
}
INSTEAD = ("/admin/me/passkeys/new", "/admin/me/passkeys")
"""Where an owner sets up a passkey in the place of an authenticator app."""


def rules(app: Flask, prefix: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(prefix)]


def address(rule: Rule, **known: str) -> str:
    """Return an address of this rule, of which nothing exists but the arguments that are known."""

    def value(part: re.Match[str]) -> str:
        return known.get(part[2]) or SAMPLES.get(part[1] or "", "x")

    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", value, rule.rule)


def calls(app: Flask) -> Iterator[tuple[str, str, frozenset[str]]]:
    """List every call of the admin pages that is not open to all: method, address, who may make it."""
    for rule in rules(app, "admin."):
        if rule.endpoint not in OPEN_TO_ALL:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, address(rule), declared_access(app, rule.endpoint) or frozenset()


def test_every_endpoint_declares_who_may_call_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        declared = declared_access(app, rule.endpoint)
        assert declared, rule
        assert declared <= {VOTER, PUBLIC, *Role}, rule


def test_an_undeclared_endpoint_stops_the_start(app: Flask) -> None:
    app.view_functions["silent"] = lambda: ""
    with pytest.raises(RuntimeError, match="silent"):
        require_declarations(app)


def test_declarations_fit_the_blueprints(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        declared = declared_access(app, rule.endpoint)
        part = rule.endpoint.partition(".")[0]
        if part in ("voter", "sms"):
            assert declared == {VOTER}
        elif part == "admin" and rule.endpoint not in OPEN_TO_ALL:
            assert declared is not None
            assert declared <= set(Role)
        else:
            assert declared == {PUBLIC}


def test_admin_pages_refuse_strangers(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    found = list(calls(app))
    assert len(found) >= 12
    for method, path, _ in found:
        answer = client.open(path, method=method)
        assert answer.status_code == 302, (method, path)
        assert answer.location.startswith("/admin/login"), (method, path)
        inside = client.open(path, method=method, headers={"HX-Request": "true"})
        assert (inside.status_code, inside.headers["HX-Redirect"]) == (204, "/admin/login"), (method, path)


@pytest.mark.parametrize("role", Role)
def test_forced_browsing(app: Flask, role: str) -> None:
    """Whoever may not make a call is refused before anything is looked up; whoever may is not refused."""
    app.config["WTF_CSRF_ENABLED"] = False
    seen, refused = set(), set()
    browser = signed_in(app, role)
    for method, path, allowed in calls(app):
        answer = browser.open(path, method=method)
        seen.add(role in allowed)
        if role in allowed:
            browser = signed_in(app, role)  # some calls log out
            assert answer.status_code not in (401, 403), (method, path)
            assert answer.status_code < 500, (method, path)
        else:
            assert answer.status_code == 403, (method, path)
            refused.add(path)
    assert True in seen
    # An owner may do everything but sign, which is for two who neither set up nor run a campaign.
    signing = {f"/admin/c/x/sign{part}" for part in ("", "/passkey", "/withdraw")}
    assert refused if role != "owner" else refused == signing


def test_a_member_sees_no_campaign(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY, unit="甲")
    member = signed_in(app, "member", "甲")
    for rule in rules(app, "admin."):
        if "campaign_code" in rule.arguments:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                answer = member.open(address(rule, campaign_code="small"), method=method)
                assert answer.status_code == 403, (method, rule)
    page = member.get("/admin/", follow_redirects=True)
    assert (page.request.path, "小型测评" in page.text) == ("/admin/a", False)


@pytest.mark.parametrize("role", sorted(set(Role) - {"owner", "member"}))
def test_another_units_campaign_is_as_good_as_none(app: Flask, role: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY, unit="甲")
    walked, browser = 0, signed_in(app, role, "乙")
    for rule in rules(app, "admin."):
        path = address(rule, campaign_code="small")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if "campaign_code" not in rule.arguments or role not in (
                declared_access(app, rule.endpoint) or ()
            ):
                continue
            walked += 1
            theirs, none = (browser.open(one, method=method) for one in (path, address(rule)))
            assert (theirs.status_code, none.status_code) == (404, 404), (method, path)
            assert "小型测评" not in theirs.text
    assert walked
    assert "小型测评" not in signed_in(app, role, "乙").get("/admin/").text
    assert "小型测评" in signed_in(app, role, "甲").get("/admin/").text
    assert "小型测评" in signed_in(app, "owner", "丙").get("/admin/").text


@pytest.mark.parametrize("role", Role)
def test_every_form_wants_its_token(app: Flask, role: str) -> None:
    client = signed_in(app, role)
    posts = [address(rule) for rule in rules(app, "admin.") if "POST" in (rule.methods or set())]
    assert len(posts) >= 10
    # A token is asked for before anything is known of who sends it: what is none is tried by one role.
    tokens = [{"csrf_token": token} for token in ("x", "")] if role == Role.ORGANISER else []
    for path in posts:
        for data in ({}, *tokens):
            assert client.post(path, data=data).status_code == 400, path
    assert client.get("/admin/me").status_code == 200, "none of them logged out"


def test_a_token_of_another_session_is_none(app: Flask, client: FlaskClient) -> None:
    page = signed_in(app, "viewer").get("/admin/me").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    victim = signed_in(app, "organiser")
    assert victim.post("/admin/logout", data={"csrf_token": token[1]}).status_code == 400
    assert victim.get("/admin/me").status_code == 200


def test_a_forged_cookie_is_none(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        account = accounts.create(session, "张三", "viewer", None, BY).account
    for forged in (str(account.id), "1", "", "x"):
        with client.session_transaction("/admin/") as cookie:
            cookie["_user_id"] = forged
        assert client.get("/admin/").status_code == 302
    client.set_cookie("minping_admin", "forged", path="/admin")
    assert client.get("/admin/").status_code == 302


def test_an_owner_sets_up_password_and_second_factor_before_anything_else(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(write=True) as session:
        account = accounts.create(session, "张三", "owner", None, BY).account
    for must in ("/admin/me/password", "/admin/me/second-factor"):
        browser = sign_in(app.test_client(), account)
        for method, path, _ in calls(app):
            if path in ("/admin/me/password", must, "/admin/logout"):
                continue
            if must == "/admin/me/second-factor" and path in INSTEAD:
                continue
            answer = browser.open(path, method=method)
            led = (answer.status_code, str(answer.location).partition("?next=/admin/")[0])
            assert led == (303, must), (method, path)
        assert sign_in(app.test_client(), account).get(must).status_code == 200
        with transaction(write=True) as session:
            account_rows.set_password(session, account.id, "set")


def test_a_forged_login_link_is_not_used_up(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        secret = accounts.create(session, "张三", "owner", None, BY).link_secret
    assert client.post(f"/admin/link/{secret}").status_code == 400
    with transaction(write=True) as session:
        assert accounts.use_link(session, secret or "", BY).name == "张三"


def test_previews_do_not_use_a_login_link_up(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        secret = accounts.create(session, "张三", "owner", None, By("test", datetime.now(UTC))).link_secret
    for _ in range(2):
        assert client.get(f"/admin/link/{secret}").status_code == 200
    with transaction(write=True) as session:
        assert accounts.use_link(session, secret or "", BY).name == "张三"


def test_voters_get_no_cookie(app: Flask, client: FlaskClient) -> None:
    running = running_campaign(app, a_definition(), 2)
    code = running.codes["A"][0]
    forms = {"code": code, "c1.de": "excellent"}
    client.set_cookie("minping_admin", "forged", path="/admin")
    for rule in rules(app, "voter."):
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(address(rule), method=method, data=forms)
            assert "Set-Cookie" not in answer.headers, (rule, method)
            assert answer.status_code < 500, (rule, method)


def test_a_handed_out_code_is_the_only_cookie_and_keeps_to_its_path(app: Flask, client: FlaskClient) -> None:
    from survey.services.campaigns import campaigns
    from tests.builders import armed_campaign

    data = a_definition(groups=("A",))
    data["campaign"]["entry"] = "open"
    armed_campaign(app, data)
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    assert "Set-Cookie" not in client.get("/o/small").headers
    (cookie,) = client.post("/o/small").headers.getlist("Set-Cookie")
    assert "Path=/o/small" in cookie
    assert "HttpOnly" in cookie


def test_voters_need_no_token_or_origin(app: Flask, client: FlaskClient) -> None:
    running = running_campaign(app, a_definition(), 2)
    answer = client.post(
        "/v/cast",
        data={"code": running.codes["A"][0]},
        headers={"Origin": "https://elsewhere.example", "Accept": "application/json"},
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "path", ["/v", "/receipt", "/admin/login", "/healthz", "/r/none", "/nothing", "/metrics"]
)
def test_headers_of_every_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    if path != "/v":
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["a\0b", "张三", "x" * 5000])
def test_a_wrong_login_is_refused(each_app: Flask, name: str) -> None:
    each_app.config["WTF_CSRF_ENABLED"] = False
    answer = each_app.test_client().post("/admin/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 403
