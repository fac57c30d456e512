"""What a group wrote of its talks is nowhere in clear: not in database, log, backup, export or instance."""

import base64
import json
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.assessment.facts import Stage
from survey.secrecy.assessment_key import assessment_key_path, read_assessment_key
from survey.services.operations import backup
from tests.builders import BY
from tests.lengths import CHAOS
from tests.office import Office
from tests.web.admin.assessment.examining.talks_held import NOTES, at_stage, named
from tests.web.admin.assessment.seated_year import CODE, SEATS, browser_of, seated_year
from tests.web.admin.assessment.test_routes_and_seats import addresses, one_of_each_unit, rules, said
from tests.web.admin.test_ended_session import idle

from .bytes_on_disk import files_below, found_in, raw_ways, written_ways
from .places import Places
from .polls import quick_app

FIRST = "班子成员之间缺乏信任遇事互相推诿"
SECOND = "扶贫资金公示拖了三个月群众有怨言"
LOST = "登录过期时写下的第三段谈话内容"
NAMES = {"first": FIRST, "corrected": SECOND, "of an ended session": LOST}


def ways(name: str, text: str) -> dict[str, bytes]:
    """Return a text as a file might hold it, also within base64, however it is aligned there."""
    found = written_ways(name, text) | {
        f"{name}, GBK": text.encode("gbk"),
        f"{name}, UTF-16 BE": text.encode("utf-16-be"),
        f"{name}, JSON": json.dumps(text)[1:-1].encode(),
    }
    for encoding in ("utf-8", "gbk", "utf-16-le"):
        content = text.encode(encoding)
        for before in range(3):
            encoded = base64.b64encode(b"\0" * before + content)
            # What neighbours have a part in is left out.
            whole = encoded[4 if before else 0 : -4]
            found[f"{name}, {encoding}, base64 after {before}"] = whole
            found[f"{name}, {encoding}, base64 for addresses after {before}"] = whole.translate(
                bytes.maketrans(b"+/", b"-_")
            )
    return found


NEEDLES = {what: needle for name, text in NAMES.items() for what, needle in ways(name, text).items()}


@pytest.fixture
def places(each_settings: Settings, database: str, request: pytest.FixtureRequest) -> Places:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    return Places(each_settings, server)


def handed_out(app: Flask) -> dict[str, bytes]:
    """Return every page and file of the year that anybody is given, but for a reading.

    Notes are of a unit: of indicators and months there is one of each page, with ``make chaos`` all.
    """
    listed = addresses if CHAOS else one_of_each_unit
    found = {}
    for who in ("organiser", "group", "reader", "committee"):
        browser = browser_of(app, who)
        for rule in rules(app):
            if "GET" in (rule.methods or ()):
                for path, _ in listed(rule, CODE):
                    answer = browser.get(path)
                    found[f"{who} {path}"] = answer.data + said(answer).encode()
    return found


def told_in(given: dict[str, bytes]) -> list[tuple[str, str]]:
    """List pages with what of the notes stands in each."""
    return [(path, name) for path in given for name in NEEDLES if NEEDLES[name] in given[path]]


def look(places: Places, backups: Path, when: str) -> None:
    backup.write(places.settings.instance, backups / f"{when}.backup", BY)
    everywhere = [*places.files(), *files_below(backups)]
    assert found_in(everywhere, NEEDLES) == set(), when
    values = places.live_values()
    assert [name for name, needle in NEEDLES.items() if needle in values] == [], when


def test_notes_are_nowhere_in_clear(
    each_settings: Settings,
    database: str,
    places: Places,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    # A page is made of the same values on either database; with ``make chaos`` all are read on both.
    reads = CHAOS or database == "sqlite"
    backups = tmp_path / "backups"
    backups.mkdir()
    with quick_app(each_settings) as app:
        seated_year()
        group = Office(app, SEATS["group"].account, "member")
        group.get(NOTES)
        assert group.post(NOTES, notes=FIRST, after="0").status_code == 303
        group.get(f"{NOTES}/1/correct")
        assert group.post(f"{NOTES}/1/correct", notes=SECOND, version="1").status_code == 303
        group.get(NOTES)
        assert SECOND in group.post(f"{NOTES}/1/read").text, "control: it can be read"
        assert group.post(NOTES, notes=FIRST * 2000, after="1").status_code == 422
        named()
        look(places, backups, "written")
        if reads:
            assert told_in(handed_out(app)) == []

        group.get(NOTES)
        idle()
        refused = group.post(NOTES, notes=LOST, after="1")
        assert refused.status_code == 403
        assert [name for name, needle in NEEDLES.items() if needle in refused.data] == []
        look(places, backups, "refused")

        key = assessment_key_path(each_settings.keys, CODE)
        seed = raw_ways("key", read_assessment_key(each_settings.keys, CODE).seed)
        assert found_in([key], seed), "control: the key is found in its file"
        assert found_in([*places.files(), *files_below(backups)], seed) == set()

        at_stage(Stage.DECIDED)
        office = Office(app, "组织者", "organiser", "甲局")
        office.get(f"/admin/a/{CODE}/end")
        closed = office.post(f"/admin/a/{CODE}/end", typed=CODE, notes_end="destroyed")
        assert closed.status_code == 303
        assert not key.exists()
        look(places, backups, "closed")
        assert found_in([*places.files(), *files_below(backups, each_settings.keys)], seed) == set()
        if reads:
            assert told_in(handed_out(app)) == []
    logged = "".join(capfd.readouterr()).encode()
    assert [name for name, needle in NEEDLES.items() if needle in logged] == []


@pytest.mark.parametrize(
    "kept",
    [
        FIRST.encode(),
        FIRST.encode("gbk"),
        FIRST.encode("utf-16-le"),
        base64.b64encode(b"a" + FIRST.encode()),
        base64.b64encode(b"ab" + FIRST.encode("gbk") + b"c"),
        base64.urlsafe_b64encode(FIRST.encode()),
        json.dumps({"notes": FIRST}).encode(),
    ],
)
def test_the_search_finds_what_is_left_in_clear(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "left").write_bytes(b"before " + kept + b" after")
    assert found_in(files_below(tmp_path), NEEDLES)
