"""Style and script in the page itself: the policy names these very bytes, and nothing else may run."""

import base64
import hashlib
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.web.voter.assets import _joined
from tests.builders import EXAMPLES, a_definition, a_team_and, open_campaign
from tests.statement_files import running

LANGUAGES = pytest.mark.parametrize("language", ["", "?lang=en"], ids=["zh", "en"])


def hashes(page: str, tag: str) -> set[str]:
    """Return what a policy must name for what stands in a page's tags, as a browser works it out."""
    inside = re.findall(rf"<{tag}(?![^>]* src=)[^>]*>(.*?)</{tag}>", page, re.DOTALL)
    digests = (hashlib.sha256(text.encode()).digest() for text in inside)
    return {f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}


def require_own_bytes(answer: Any) -> None:
    """Look whether a page's policy allows what stands in it, and nothing beside."""
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert "unsafe" not in str(policy)
    assert set(policy["script-src"].split()) == {"'self'"} | hashes(answer.text, "script")
    assert set(policy["style-src"].split()) == {"'self'"} | hashes(answer.text, "style")
    assert not re.search(r"\sstyle=|\son\w+=", re.sub(r"(?s)<script.*?</script>", "", answer.text))


@LANGUAGES
def test_the_entry_posts_a_scanned_code_with_nothing_fetched(client: FlaskClient, language: str) -> None:
    answer = client.get(f"/v{language}")
    require_own_bytes(answer)
    assert len(hashes(answer.text, "script")) == 1
    fetched = re.sub(r"<noscript>.*?</noscript>", "", answer.text)
    assert not re.search(r'<(?:script|img)[^>]* src=|<link[^>]* href="(?!data:)', fetched)
    assert f'data-to="/v/ballot{language}"' in answer.text
    again = client.get(f"/v{language}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"] == answer.headers["Content-Security-Policy"]


@LANGUAGES
@pytest.mark.parametrize("form", ["team", "list", "reports"])
def test_the_ballot_holds_all_that_it_needs(
    app: Flask, client: FlaskClient, language: str, form: str
) -> None:
    if form == "reports":
        code = running(app, a_definition()).codes["A"][0]
    else:
        definition = a_team_and(2) if form == "team" else EXAMPLES / "college-term.toml"
        code = next(iter(open_campaign(app, definition).values()))[0]
    answer = client.post(f"/v/ballot{language}", data={"code": code})
    require_own_bytes(answer)
    assert len(hashes(answer.text, "script")) == 2
    assert '"/static/' not in answer.text


def test_what_was_filled_in_comes_back_with_files_beside_it(app: Flask, client: FlaskClient) -> None:
    """Such a page is not compressed: what is the same for all need not come with it again."""
    code = open_campaign(app, a_team_and(2))["A"][0]
    answer = client.post("/v/ballot", data={"code": code, "c1.de": "good"})
    require_own_bytes(answer)
    assert not hashes(answer.text, "script") | hashes(answer.text, "style")
    assert 'src="/static/voter/ballot.js' in answer.text


def test_what_would_end_its_own_tag_is_refused(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.web.voter.assets.asset_text", lambda *_: 'x = "</script>"')
    with pytest.raises(ValueError, match="own tag"):
        _joined(str(tmp_path), ("voter.js",), None)  # type: ignore[arg-type]
