"""Names, labels and comments that would be code somewhere: they stay text in every page and file."""

import csv
import io
import json
import re
import zipfile
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.domain.definition.campaign import State
from survey.domain.publication.moderation import Moderation
from survey.services.campaigns import campaigns
from survey.services.results import comments
from survey.storage import campaign_rows
from survey.storage.database import transaction
from tests import published
from tests.attack.world import rich
from tests.builders import BY, cast, close, count, running_campaign
from tests.signing_in import signed_in
from tests.web.clerk import forget_request

FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "＝1+1", "=cmd|' /C calc'!A0")
EVIL = """x"'><evil onx=1>&lt;{{7*7}}{% for %}${7*7}</w:t>]]>&#0;"""
SIGNS = tuple("=+-@\t\r\n＝＋－＠")
PAGES = ("", "/results", "/results/p/c1", "/documents", "/screen", "/protocol", "/certificate",
"/sign", "/log",
         "/comments", "/publish", "/publish/links", "/compare",
         "/decisions", "/setup/basics", "/setup/ratees",
         "/setup/groups", "/setup/scales", "/setup/sections", "/setup/questions", "/setup/roster",
         "/preview", "/preview/ballot",
         "/turnout", "/codes", "/wording", "/disarm", "/key", "/setup/statements",
         "/section-decisions/form")  # fmt: skip


def hostile() -> dict[str, Any]:
    """Return a definition with code in every text that one can hold."""
    data = rich("evil", ratees=[f"c{number}" for number in range(1, len(FORMULAS) + 2)])
    names = [*FORMULAS, EVIL]
    data["campaign"] |= {"title": EVIL, "organiser": f"=1+1{EVIL}", "instructions": EVIL}
    for number, ratee in enumerate(data["ratees"]):
        ratee |= {
            "name": names[number].strip(),
            "post": names[number - 1].strip(),
            "unit": EVIL,
            "statement": EVIL,
        }
    for number, group in enumerate(data["groups"]):
        group["label"] = f"{FORMULAS[number]}{EVIL}"
    for grade in data["scales"][0]["grades"]:
        grade["label"] = f"{grade['label']}{EVIL}"
    data["scales"][0]["abstain"]["label"] = EVIL
    data["sections"][0]["title"] = f"=1{EVIL}"
    for part in (*data["sections"][0]["criteria"], *data["questions"]):
        part["label"] = f"@{part['label']}{EVIL}"
    for question in data["questions"][:2]:
        for option in question["options"]:
            option["label"] = f"-{option['label']}{EVIL}"
    return data


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    running = running_campaign(app, hostile(), 6)
    for codes in running.codes.values():
        for number, code in enumerate(codes[:5]):
            cast(app, code, {"c1.de": "excellent", "c2.de": "poor", "c2.de.reason": EVIL,
            "form.comment": f"{number}{EVIL}",
                             "q.age": "36+", "q.problems": "plan",
                             "q.advice": f"={EVIL}"})  # fmt: skip
    close(app, "evil")
    count(app, "evil")
    with transaction(write=True) as session:
        waiting = comments.queue(session, "evil", Moderation.WAITING)
        comments.release(session, "evil", [text.key for text in waiting.texts], BY)
        campaign_rows.set_state(session, campaigns.find_campaign(session, "evil"), State.CERTIFIED)
    return signed_in(app, "owner")


class _Tags(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data

    def handle_endtag(self, _tag: str) -> None:
        self._inside = False


def require_harmless(page: str, where: str, policy: str = "") -> None:
    """Demand that no text became part of a page; scripts in it are those that its policy names."""
    read = _Tags()
    read.feed(page)
    assert "evil" not in read.tags, where
    assert not any(name.startswith("on") for name in read.attributes), where
    assert "style" not in read.attributes, where
    assert [script for script in read.scripts if _hash(script) not in policy] == [], where


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def test_pages_hold_texts_and_no_code(app: Flask, client: FlaskClient) -> None:
    seen = 0
    for page in PAGES:
        forget_request()
        answer = client.get(f"/admin/c/evil{page}")
        assert answer.status_code in (200, 303, 404, 409), page
        require_harmless(answer.text, page)
        seen += "{{7*7}}" in answer.text
    assert seen > 12
    edition = published.publish("evil", personal=published.own(rank=True))
    for path in ("/r/evil", "/r/evil/check", published.link_of("evil", "c1", edition)):
        answer = client.get(path)
        assert answer.status_code == 200, path
        require_harmless(answer.text, path)


def test_the_ballot_holds_texts_and_no_code(app: Flask) -> None:
    code = running_campaign(app, hostile(), 2).codes["A"][0]
    voter = app.test_client()
    fields = {"code": code, "c1.de": EVIL, "form.comment": EVIL, "q.advice": EVIL, EVIL: EVIL}
    for path in ("/v/ballot", "/v/review", "/v/cast"):
        for data in ({"code": code}, fields):
            page = voter.post(path, data=data)
            assert "{{7*7}}" in page.text or page.status_code == 409
            policy = page.headers["Content-Security-Policy"]
            require_harmless(page.text, path, policy)
            assert "evil" not in policy
    require_harmless(voter.post("/v/ballot", data={"code": EVIL}).text, "an unknown code")
    require_harmless(voter.post("/receipt", data={"receipt": EVIL}).text, "an unknown receipt")


def file_of(client: FlaskClient, path: str) -> bytes:
    forget_request()
    answer = client.get(path)
    assert answer.status_code == 200, path
    name = answer.headers.get("Content-Disposition", "")
    assert name.isascii()
    assert re.fullmatch(r"((attachment|inline); filename=\"[\w.-]+\"; filename\*=UTF-8''[\w.%~-]+)?", name), (
        name
    )
    return answer.data


def test_no_cell_of_a_list_is_a_formula(app: Flask, client: FlaskClient) -> None:
    published.publish("evil", personal=published.own())
    for path in (
        "/admin/c/evil/results.csv",
        "/admin/c/evil/publish/links.csv",
        "/admin/log.csv",
        "/r/evil.csv",
    ):
        rows = list(csv.reader(io.StringIO(file_of(client, path).decode("utf-8-sig"), newline="")))
        cells = [cell for row in rows for cell in row]
        assert len(cells) > 10, path
        bad = [cell for cell in cells if cell.startswith(SIGNS) and not re.fullmatch(r"-|-?[\d.]+", cell)]
        assert not bad, path


def test_workbooks_hold_no_formula_and_no_link(app: Flask, client: FlaskClient) -> None:
    for path in ("/admin/c/evil/results.xlsx", "/r/evil.xlsx"):
        published.publish("evil")
        data = file_of(client, path)
        cells = [
            cell
            for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        assert any("{{7*7}}" in str(cell.value) for cell in cells)
        assert any(str(cell.value) == "=1+1" for cell in cells)
        assert not [
            cell for cell in cells if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target)
        ]
        require_whole(data, "xl/")


def require_whole(data: bytes, folder: str) -> None:
    """Every part is XML, refers to nothing outside, and holds no element that a name brought in."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert any(name.startswith(folder) for name in archive.namelist())
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                text = archive.read(name)
                assert b"<!" not in text.replace(b"<![CDATA[", b""), name
                tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
                assert "evil" not in tags, name
                assert b'TargetMode="External"' not in text, name


def test_word_files_hold_texts_and_no_code(app: Flask, client: FlaskClient) -> None:
    for path in ("results.docx", "report.docx", "forms.docx", "results/p/c1.docx"):
        data = file_of(client, f"/admin/c/evil/{path}")
        require_whole(data, "word/")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = "".join(ElementTree.fromstring(archive.read("word/document.xml")).itertext())
        assert "{{7*7}}" in text, path


def test_names_in_an_archive_stay_in_their_folder(app: Flask, client: FlaskClient) -> None:
    for kind in ("zip", "docx.zip"):
        answer = client.get(f"/admin/c/evil/forms.{kind}")
        if answer.status_code == 200:
            with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
                names = archive.namelist()
            assert len(names) == len(FORMULAS) + 1
            assert not [name for name in names if re.search(r'[/\\:<>"|?*]|\.\.', name)]


def test_json_is_json_and_says_what_was_written(app: Flask, client: FlaskClient) -> None:
    published.publish("evil")
    for path in ("/admin/c/evil/results.json", "/r/evil.json"):
        answer = client.get(path)
        assert answer.mimetype == "application/json"
        json.loads(answer.data)
