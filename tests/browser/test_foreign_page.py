"""A page of another site that floods an open campaign: by forms, by script, by frames. No code is given."""

import re
from collections.abc import Iterator
from queue import Queue
from threading import Thread

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from survey.storage.database import transaction
from survey.storage.tables import TokenRow
from survey.web.voter import views
from tests.builders import open_campaign

from .voting import PUBLIC, READY

pytestmark = pytest.mark.slow

CAMPAIGN = "/o/public-satisfaction"
EACH = 3
"""Requests of each way: by script, by a form into a frame, from a frame without an origin."""
FLOOD = """
<!doctype html><title>foreign</title>{policy}<body><script>
const target = {target!r};
for (let n = 0; n < {each}; n++) {{
  fetch(target, {{method: "POST", mode: "no-cors", credentials: "include"}}).catch(() => null);
  for (const name of ["plain" + n, "sandboxed" + n]) {{
    const frame = document.createElement("iframe");
    const form = document.createElement("form");
    frame.hidden = true;
    frame.name = form.target = name;
    form.method = "post";
    form.action = target;
    if (name.startsWith("sandboxed")) {{
      frame.setAttribute("sandbox", "allow-forms allow-scripts");
      form.target = "_self";
      frame.srcdoc = form.outerHTML + "<script>document.forms[0].submit()<" + "/script>";
      document.body.append(frame);
    }} else {{
      document.body.append(frame, form);
      form.submit();
    }}
  }}
}}
</script>
"""
TOP = """<!doctype html><title>foreign</title>{policy}
<form method=post action="{target}"></form><script>document.forms[0].submit()</script>"""
NO_REFERRER = '<meta name="referrer" content="no-referrer">'


class Foreign:
    """A site of somebody else's, on this machine."""

    def __init__(self) -> None:
        self.app = Flask("foreign")
        self.app.add_url_rule("/", view_func=lambda: self.page)
        self.page = ""
        self.running = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.port = self.running.server_port


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    made = Foreign()
    thread = Thread(target=made.running.serve_forever)
    thread.start()
    yield made
    made.running.shutdown()
    thread.join()
    made.running.server_close()


def codes_given(app: Flask) -> int:
    with app.app_context(), transaction() as session:
        return session.query(TokenRow).count()


@pytest.fixture
def answers(app: Flask) -> "Queue[int]":
    """What the campaign's page answered to whoever asked for a code."""
    given: Queue[int] = Queue()

    def note(response: Response) -> Response:
        if request.method == "POST" and request.path == CAMPAIGN:
            given.put(response.status_code)
        return response

    app.after_request_funcs.setdefault(None, []).append(note)
    return given


def flood(
    page: Page, foreign: Foreign, host: str, target: str, policy: str, answers: "Queue[int]"
) -> set[int]:
    """Let a foreign page send all it can, and at last lead its reader away by a form; return what came."""
    foreign.page = FLOOD.format(target=target, each=EACH, policy=policy)
    page.goto(f"http://{host}:{foreign.port}/")
    statuses = {answers.get(timeout=30) for _ in range(3 * EACH)}
    foreign.page = TOP.format(target=target, policy=policy)
    page.goto(f"http://{host}:{foreign.port}/")
    # The page with a code goes on to the ballot by itself.
    page.wait_for_url(re.compile(f"^{re.escape(target)}|/v/ballot"), wait_until="load")
    return statuses | {answers.get(timeout=30)}


SITES = {
    "another site": ("localhost", "127.0.0.1"),
    "another port": ("127.0.0.1", "127.0.0.1"),
    "another site without encryption": ("evil.test", "vote.test"),
}


# Where no header tells of the site, a page can hide what is left.
FLOODS = [*((site, "") for site in SITES), ("another site without encryption", NO_REFERRER)]


@pytest.mark.parametrize(("site", "policy"), FLOODS)
def test_no_code_is_given_to_a_foreign_page(
    app: Flask,
    server: str,
    chromium: Browser,
    foreign: Foreign,
    answers: "Queue[int]",
    site: str,
    policy: str,
) -> None:
    open_campaign(app, PUBLIC)
    before = codes_given(app)
    theirs, ours = SITES[site]
    target = server.replace("127.0.0.1", ours) + CAMPAIGN
    context = chromium.new_context()
    page = context.new_page()
    assert flood(page, foreign, theirs, target, policy, answers) == {403}
    assert codes_given(app) == before
    assert context.cookies(target) == []
    # Where the foreign page has led somebody, they get their code by pressing the button themselves.
    page.click(f"{READY}.primary")
    page.wait_for_url("**/v/ballot**", wait_until="load")
    assert page.locator("[name=code]").input_value()
    assert codes_given(app) == before + 1
    # So does whoever follows a link, and the other language of that page.
    for switch in ((), ("#language",)):
        page.goto(target)
        for selector in switch:
            with page.expect_navigation():
                page.click(READY + selector)
        page.click(f"{READY}.primary")
        page.wait_for_url("**/v/ballot**", wait_until="load")
        assert page.locator("[name=code]").input_value()
    assert codes_given(app) == before + 1
    context.close()


def test_control_without_the_check_a_foreign_page_gets_codes(
    app: Flask,
    server: str,
    chromium: Browser,
    foreign: Foreign,
    answers: "Queue[int]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "require_own_page", lambda: None)
    open_campaign(app, PUBLIC)
    before = codes_given(app)
    context = chromium.new_context()
    page = context.new_page()
    assert flood(page, foreign, "localhost", server + CAMPAIGN, "", answers) == {200}
    assert codes_given(app) == before + 3 * EACH + 1
    context.close()
