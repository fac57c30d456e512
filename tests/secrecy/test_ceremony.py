"""The key given out and brought back on the pages: never on the server's disk, on either database."""

import io
import json
import logging
from pathlib import Path

import pytest

from survey.config import Settings
from survey.domain.definition.campaign import State
from survey.secrecy.custody import combine
from survey.secrecy.share_digits import groups_of
from survey.services.campaigns import campaigns
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests.builders import BY, a_definition, cast, close, issue
from tests.web.ceremonies import ask, begin, bring, confirm, read_back, show, words_on
from tests.web.people import browser, hidden

from .bytes_on_disk import found_in, raw_ways
from .places import Places
from .polls import quick_app


@pytest.fixture
def places(each_settings: Settings, database: str, request: pytest.FixtureRequest) -> Places:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    return Places(each_settings, server)


def _needles(given: list[str]) -> dict[str, bytes]:
    """Return what is to be nowhere: each share's own words, some of them, and the key once it is known."""
    found = {}
    for number, words in enumerate(given, 1):
        own = words.split()[4:]
        found |= {
            f"share {number}": " ".join(own).encode(),
            f"share {number}, some words": " ".join(own[5:10]).encode(),
            f"share {number}, as JSON": json.dumps(own[5:10])[1:-1].encode(),
            f"share {number}, some digits": "".join(groups_of(words.split())[8:11]).encode(),
            f"share {number}, some groups": " ".join(groups_of(words.split())[8:11]).encode(),
        }
    return found | (raw_ways("seed", combine(given[:2])) if len(given) > 1 else {})


def test_no_step_of_either_ceremony_leaves_a_share_or_the_key(
    each_settings: Settings,
    places: Places,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    given: list[str] = []

    def look() -> None:
        needles = _needles(given)
        assert found_in(places.files(), needles) == set()
        said = capfd.readouterr()
        logged = (said.out + said.err + caplog.text).encode()
        assert [name for name, needle in needles.items() if needle in logged] == []

    with quick_app(each_settings) as app:
        with transaction(write=True) as session:
            campaigns.load(session, a_definition(), BY)
        client = browser(app, "组织者", "organiser")
        answer = begin(client)
        for name in ("张三", "李四", "王五"):
            page = show(client, answer.text, name).text
            given.append(" ".join(words_on(page)))
            look()
            sheet = client.post("/admin/c/small/arm/sheet", data={"carried": hidden(page)}).data
            assert any(needle in sheet for needle in _needles(given).values()), (
                "control: what is handed out has it"
            )
            look()
            asked = ask(client, page).text
            if name == "李四":
                answer = read_back(client, asked, file=(io.BytesIO(sheet), "sheet.pdf"))
            else:
                answer = confirm(client, asked, given[-1].split())
            look()
            if name != "王五":
                answer = client.post("/admin/c/small/arm/resume", data={"carried": hidden(asked)})
                look()
        codes = issue(app, "small", {"A": 6})
        with transaction(write=True) as session:
            campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
        for code in codes["A"]:
            cast(app, code, {"c1.de": "excellent"})
        close(app, "small")
        page = client.post("/admin/c/small/count/shares").text
        for words in ("".join(groups_of(given[1].split())), given[2]):
            page = bring(client, page, words=words).text
            look()
        assert client.post("/admin/c/small/count", data={"carried": hidden(page)}).status_code == 303
        look()
        with transaction() as session:
            assert find_campaign(session, "small").state is State.COUNTED
    (tmp_path / "control").write_text(given[0])
    assert found_in([tmp_path / "control"], _needles(given)), "control: the search would find them"
