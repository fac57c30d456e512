"""Passkeys in a real browser, with an authenticator that the browser simulates."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from urllib.parse import parse_qs

import pytest
from flask import Flask, Response
from sqlalchemy import text
from werkzeug.serving import make_server

from survey.services.accounts import accounts
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.web import context
from tests.browser.axe import DESK, SMALL
from tests.browser.test_office_accounts import look
from tests.signing_in import PASSWORD, an_account
from tests.web.admin.count.test_counting import counted

pytestmark = pytest.mark.slow

NAME = "监票人乙"


def serving(app) -> Iterator[int]:
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=running.serve_forever)
    thread.start()
    yield running.server_port
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def port(app) -> Iterator[int]:
    """Serve the application at an address that has passkeys; the port."""
    for found in serving(app):
        settings = replace(context.settings(), base_url=f"http://localhost:{found}")
        context.attach(app, settings, context.vault(), context.session_key())
        yield found


@pytest.fixture
def office(port) -> str:
    return f"http://localhost:{port}"


@pytest.fixture
def foreign() -> Iterator[str]:
    """Serve somebody else's page, on the same host: a browser lets it ask for the same passkeys."""
    page = Flask("foreign")
    page.add_url_rule("/", "page", lambda: Response("<title>x</title>", mimetype="text/html"))
    for found in serving(page):
        yield f"http://localhost:{found}"


def simulate(page):
    """Give a page's browser an authenticator; return how to talk to the browser, and its number."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    mine = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return wire, mine


def somebody(role="scrutineer", name=NAME):
    with transaction(write=True) as session:
        accounts.create(session, name, role, PASSWORD, By("test", datetime.now(UTC)))


def log_in(page, office, press, name=NAME):
    page.goto(f"{office}/admin/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    press(page, "main button")


def add(page, office, press, label="我的手机"):
    """Add a passkey as its holder does; return the recovery codes."""
    page.goto(f"{office}/admin/me")
    press(page, "[data-here] a")
    page.fill("#password", PASSWORD)
    press(page, "main form button:not([type=button])")
    page.fill("#label", label)
    press(page, "[data-make] button")
    return page.locator(".codes code").all_inner_texts()


def log_out(page, press):
    press(page, "header form[action$=logout] button")


def how_many():
    with transaction() as session:
        return session.execute(text("SELECT count(*) FROM passkeys")).scalar()


def test_adding_logging_in_signing_and_removing(app, office, open_page, press):
    counted(app)
    app.config["WTF_CSRF_ENABLED"] = True
    somebody()
    page = open_page()
    wire, _ = simulate(page)
    log_in(page, office, press)
    assert len(add(page, office, press)) == 10
    assert how_many() == 1
    log_out(page, press)
    log_in(page, office, press)
    assert page.url.endswith("/admin/login/second")
    press(page, "[data-passkey] button")
    assert page.url == f"{office}/admin/"
    page.goto(f"{office}/admin/c/small/sign")
    page.check("input[name=part][value=scrutineer]")
    page.fill("#password", PASSWORD)
    press(page, "[data-passkey] button")
    assert "等待第二人" in page.inner_text("main")
    with transaction() as session:
        signed = session.execute(text("SELECT part, account FROM signatures")).all()
    assert [tuple(one) for one in signed] == [("scrutineer", NAME)]
    # A second one on the same authenticator is the browser's to refuse; on a stick it is made.
    stick = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    page.goto(f"{office}/admin/me/passkeys/new")
    page.fill("#password", PASSWORD)
    press(page, "[data-passkey] button")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": stick})
    page.fill("#label", "安全密钥")
    press(page, "[data-make] button")
    assert how_many() == 2
    press(page, ".remove >> nth=0")
    page.fill("#password", PASSWORD)
    press(page, "[data-passkey] button")
    assert how_many() == 1
    assert "通行密钥已删除" in page.inner_text("main")


def test_an_answer_that_was_seen_is_worth_nothing(app, office, open_page, press):
    somebody()
    page = open_page()
    simulate(page)
    log_in(page, office, press)
    add(page, office, press)
    log_out(page, press)
    log_in(page, office, press)
    seen = []
    page.on(
        "request", lambda one: seen.append(one.post_data) if "passkey=%7B" in (one.post_data or "") else 0
    )
    press(page, "[data-passkey] button")
    assert page.url == f"{office}/admin/"
    (sent,) = seen
    log_out(page, press)
    log_in(page, office, press)
    send(page, parse_qs(sent)["passkey"][0])
    assert "没有登录成功" in page.inner_text("main")
    page.goto(f"{office}/admin/me")
    assert "/admin/login" in page.url


def send(page, answer):
    """Send the form of a page with an answer that its script did not get."""
    page.evaluate("answer => document.querySelector('main [name=passkey]').value = answer", answer)
    with page.expect_navigation():
        page.evaluate("document.querySelector('main form').submit()")


GET = """async options => {
  const plain = text => atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = text => Uint8Array.from(plain(text), c => c.charCodeAt(0));
  const text = data => btoa(String.fromCharCode(...new Uint8Array(data)))
    .replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
  const allowCredentials = options.allowCredentials.map(one => ({type: one.type, id: bytes(one.id)}));
  try {
    const publicKey = {...options, challenge: bytes(options.challenge), allowCredentials};
    const made = await navigator.credentials.get({publicKey});
    const r = made.response;
    return JSON.stringify({id: text(made.rawId), rawId: text(made.rawId), type: made.type, response: {
      clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData),
      signature: text(r.signature)}});
  } catch (fault) { return fault.name; }
}"""


def asked(page):
    """Return what the server asks a passkey for on this page."""
    return page.evaluate(
        """async () => {
          const box = document.querySelector('[data-passkey]');
          const token = document.querySelector('main [name=csrf_token]').value;
          const body = new URLSearchParams({csrf_token: token});
          return (await fetch(box.dataset.passkey, {method: 'POST', body})).json();
        }"""
    )


def test_a_page_that_pretends_gets_nothing_that_is_worth_anything(
    app, office, port, foreign, open_page, press
):
    """A page of another origin is refused by the server, one of another host by the browser already."""
    somebody()
    page = open_page()
    simulate(page)
    log_in(page, office, press)
    add(page, office, press)
    log_out(page, press)
    log_in(page, office, press)
    options = asked(page)
    page.goto(foreign)
    stolen = page.evaluate(GET, options)
    said = json.loads(stolen)["response"]["clientDataJSON"]
    assert said  # the browser did sign: host and key are the right ones
    page.goto(f"{office}/admin/login/second")
    send(page, stolen)
    assert "没有登录成功" in page.inner_text("main")
    own = asked(page)
    send(page, page.evaluate(GET, own))  # the same by the same means, on the right page: the control
    assert page.url == f"{office}/admin/"
    page.goto(f"http://127.0.0.1:{port}/admin/login")
    assert page.evaluate(GET, own) == "SecurityError"


def test_elsewhere_and_without_script_numbers_are_typed(app, office, port, open_page, press):
    somebody()
    page = open_page()
    simulate(page)
    log_in(page, office, press)
    codes = add(page, office, press)
    for base, script, code in (
        (office, False, codes[0]),
        (f"http://127.0.0.1:{port}", True, codes[1]),
        (f"http://127.0.0.1:{port}", False, codes[2]),
    ):
        other = open_page(script=script)
        log_in(other, base, press)
        assert other.url.endswith("/admin/login/second")
        assert not other.is_visible("[data-passkey]")
        other.fill("#totp", code)
        press(other, "main form button:not([type=button])")
        assert other.url == f"{base}/admin/"
        other.goto(f"{base}/admin/me")
        assert "我的手机" in other.inner_text("main")
        assert not other.is_visible("[data-here]")
        if script:
            assert office in other.inner_text("[data-elsewhere]")


def test_a_reset_ends_everything(app, office, open_page, press):
    somebody()
    page = open_page()
    simulate(page)
    log_in(page, office, press)
    add(page, office, press)
    account = an_account("scrutineer", name=NAME)
    with transaction(write=True) as session:
        accounts.reset_second_factor(session, account, By("主任", datetime.now(UTC)))
    page.goto(f"{office}/admin/me")
    assert "/admin/login" in page.url
    log_in(page, office, press)
    assert page.url == f"{office}/admin/"
    assert how_many() == 0


def test_whoever_calls_off_can_try_again(app, office, open_page, press):
    somebody()
    page = open_page()
    wire, mine = simulate(page)
    log_in(page, office, press)
    add(page, office, press)
    log_out(page, press)
    log_in(page, office, press)
    wire.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": mine})
    empty = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": empty})
    page.click("[data-passkey] button")
    page.wait_for_selector("[data-passkey] .error:visible")
    assert page.is_enabled("[data-passkey] button")


def test_axe_finds_nothing(app, office, open_page, press):
    somebody("owner", "王主任")
    page = open_page(DESK)
    simulate(page)
    looked_at = []

    def look_at_it():
        looked_at.append(page.url)
        look(page, (SMALL, "light"))

    log_in(page, office, press, "王主任")
    page.wait_for_selector("[data-passkeys]:visible")
    look_at_it()
    press(page, "[data-passkeys] a")
    look_at_it()
    page.fill("#password", PASSWORD)
    press(page, "main form button")
    page.wait_for_selector("[data-make]:visible")
    look_at_it()
    press(page, "[data-make] button")
    for path in ("me", "me/passkeys/new", "me/second-factor", "me/recovery-codes", "people", "people/1"):
        page.goto(f"{office}/admin/{path}")
        look_at_it()
    log_out(page, press)
    log_in(page, office, press, "王主任")
    page.wait_for_selector("[data-passkey]:visible")
    look_at_it()
    assert len(looked_at) == 10
