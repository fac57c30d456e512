"""Who may call what: every endpoint declares it, and the declarations hold."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from survey.services import accounts
from survey.services.accounts import ROLES
from survey.storage.database import transaction
from survey.web.security import PUBLIC, VOTER, declared_access, require_declarations
from tests.builders import BY, a_definition, running_campaign

GOOD = "四月的河 lantern-93 orchard"
OPEN_TO_ALL = {"admin.link", "admin.use_link", "admin.log_in", "admin.choose_language"}


def rules(app: Flask, prefix: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(prefix)]


def address(rule: Rule) -> str:
    path = rule.rule
    for name in rule.arguments:
        for converter in ("", "path:"):
            path = path.replace(f"<{converter}{name}>", "x")
    return path


def test_every_endpoint_declares_who_may_call_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        declared = declared_access(app, rule.endpoint)
        assert declared, rule
        assert declared <= {VOTER, PUBLIC, *ROLES}, rule


def test_an_undeclared_endpoint_stops_the_start(app: Flask) -> None:
    app.view_functions["silent"] = lambda: ""
    with pytest.raises(RuntimeError, match="silent"):
        require_declarations(app)


def test_declarations_fit_the_blueprints(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        declared = declared_access(app, rule.endpoint)
        part = rule.endpoint.partition(".")[0]
        if part == "voter":
            assert declared == {VOTER}
        elif part == "admin" and rule.endpoint not in OPEN_TO_ALL:
            assert declared is not None
            assert declared <= set(ROLES)
        else:
            assert declared == {PUBLIC}


def test_admin_pages_refuse_strangers(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    closed = [rule for rule in rules(app, "admin.") if rule.endpoint not in OPEN_TO_ALL]
    assert len(closed) >= 3
    for rule in closed:
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = client.open(address(rule), method=method)
            assert answer.status_code in (302, 401, 403), (rule, method)
            if answer.status_code == 302:
                assert answer.location.startswith("/admin/login")


def posts(app: Flask) -> list[str]:
    return [address(rule) for rule in rules(app, "admin.") if "POST" in (rule.methods or set())]


def test_admin_forms_want_their_token(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        secret = accounts.create(session, "张三", "owner", GOOD, BY)
    assert secret.link_secret is None
    assert len(posts(app)) >= 4
    for path in posts(app):
        answer = client.post(path, data={"name": "张三", "password": GOOD})
        assert answer.status_code in (200, 302, 400), path
        assert "session" not in (answer.headers.get("Set-Cookie") or "") or answer.status_code != 303
        assert client.get("/admin/").status_code == 302, path
    assert client.post("/admin/logout").status_code == 400


def test_a_forged_login_link_is_not_used_up(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        secret = accounts.create(session, "张三", "owner", None, BY).link_secret
    assert client.post(f"/admin/link/{secret}").status_code == 400
    with transaction(write=True) as session:
        assert accounts.use_link(session, secret or "", BY).name == "张三"


def test_previews_do_not_use_a_login_link_up(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        secret = accounts.create(session, "张三", "owner", None, BY).link_secret
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
    from survey.services import campaigns
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
    answer = each_app.test_client().post("/admin/login", data={"name": name, "password": GOOD})
    assert answer.status_code == 403
