"""The one list of formats: who has which, in what order, and that a line more in it is enough."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.documents.export import formats
from survey.documents.export.files import FileName
from survey.documents.export.formats import (
    FORMATS,
    Audience,
    Shelf,
    find_format,
    offered_to,
    on_shelf,
)
from survey.domain.definition.form import Ratee
from survey.web.admin.results import downloads
from tests.builders import ROOT, a_definition
from tests.documents.read_back import name_in
from tests.office import Office
from tests.published import certified, link_of, own, publish
from tests.serving import environment_of

from .made_up import EVERYBODY, MEDIA, a_format

HERE = "/admin/c/small"


def test_no_format_is_lost_and_each_is_at_its_place() -> None:
    """The lists by hand: everything else takes them from the registry."""
    assert {audience: list(offered_to(audience)) for audience in Audience} == {
        Audience.OFFICE: ["xlsx", "docx", "pdf", "csv", "json"],
        Audience.FORMS: ["pdf", "xlsx", "docx", "zip", "word.zip"],
        Audience.RATEE: ["pdf", "xlsx", "docx"],
        Audience.COMMAND: ["json", "csv", "xlsx", "docx", "pdf", "zip"],
        Audience.READERS: ["xlsx", "csv", "json"],
        Audience.PERSON: ["xlsx", "csv", "json"],
    }
    assert {shelf: [one.key for one, _ in on_shelf(shelf)] for shelf in Shelf} == {
        Shelf.TABLES: ["pdf", "xlsx", "docx"],
        Shelf.FORMS: ["pdf", "zip", "word.zip"],
        Shelf.DATA: ["csv", "json"],
    }


def test_each_format_is_written_in_one_way_and_found_by_its_key() -> None:
    assert len({one.key for one in FORMATS}) == len(FORMATS)
    for one in FORMATS:
        assert (one.write_report is None) != (one.write_values is None), one.key
        assert find_format(one.key) is one
    with pytest.raises(ValueError, match="odt"):
        find_format("odt")


def test_what_is_not_a_report_has_no_forms() -> None:
    for audience in (Audience.FORMS, Audience.RATEE):
        assert all(one.write_report for one in offered_to(audience).values())
    assert not any(one.one_each for one in offered_to(Audience.RATEE).values())


def test_whatever_the_office_may_have_is_listed_on_its_page_of_files() -> None:
    listed = {one.key for shelf in (Shelf.TABLES, Shelf.DATA) for one, _ in on_shelf(shelf)}
    assert listed == set(offered_to(Audience.OFFICE))
    assert {one.key for one, _ in on_shelf(Shelf.FORMS)} <= set(offered_to(Audience.FORMS))


def test_names_of_files() -> None:
    excel, packed = find_format("xlsx"), find_format("word.zip")
    assert excel.file_name("测评", "small") == FileName("测评 测评结果.xlsx", "small.xlsx")
    assert excel.forms_name("测评", "small") == FileName("测评 各对象汇总表.xlsx", "small-forms.xlsx")
    ratee = Ratee("c1", "s", "干部甲", ())
    assert excel.person_name("测评", "small", ratee) == FileName("测评 干部甲 个人结果.xlsx", "small-c1.xlsx")
    assert packed.forms_name("测评", "small") == FileName("测评 各对象汇总表(Word).zip", "small.word.zip")


@pytest.fixture(autouse=True)
def drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw files in this process: the one beside the server reads the registry as it is written."""
    monkeypatch.setattr(downloads, "beside", lambda work, *given: work(*given))


@pytest.fixture
def one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that everybody may have, added before there is an application."""
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, a_format(EVERYBODY)))


@pytest.fixture
def one_for_the_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, a_format({Audience.OFFICE: 99})))


@pytest.mark.usefixtures("one_more")
def test_a_line_more_is_a_format_more_on_the_pages_of_the_office(app: Flask) -> None:
    certified(a_definition())
    office = Office(app, role="viewer")
    # No download: the address of a file that takes long leads to a page.
    link = f'<a href="{HERE}/results.madeup">MADE UP</a>'
    assert f"{link}<span>试一试</span>" in office.get(f"{HERE}/documents").text
    for page in (HERE, f"{HERE}/results"):
        assert link in office.get(page).text
    for path, name in (
        ("results.madeup", "小型测评 测评结果.madeup"),
        ("forms.madeup", "小型测评 各对象汇总表.madeup"),
        ("results/p/c1.madeup", "小型测评 干部c1 汇总表.madeup"),
    ):
        answer = office.client.get(f"{HERE}/{path}")
        assert (answer.status_code, answer.mimetype) == (200, MEDIA), path
        assert name_in(answer) == name
    assert "\t" in office.client.get(f"{HERE}/results.madeup").text


@pytest.mark.usefixtures("one_more")
def test_a_line_more_is_a_format_more_for_readers(app: Flask) -> None:
    certified(a_definition())
    client = app.test_client()
    assert client.get("/r/small.madeup").status_code == 404, "not published yet"
    mine = link_of("small", "c1", publish("small", personal=own()))
    for page, data in (("/r/small", "/r/small.madeup"), (mine, f"{mine}/data.madeup")):
        assert f'<a href="{data}" download>MADE UP</a>' in client.get(page).text
        answer = client.get(data)
        assert (answer.status_code, answer.mimetype) == (200, MEDIA)
        assert "\t" in answer.text


@pytest.mark.usefixtures("one_for_the_office")
def test_who_is_not_among_its_audiences_does_not_get_it(app: Flask) -> None:
    certified(a_definition())
    mine = link_of("small", "c1", publish("small", personal=own()))
    office, client = Office(app, role="viewer"), app.test_client()
    assert office.client.get(f"{HERE}/results.madeup").status_code == 200
    for path in (f"{HERE}/forms.madeup", f"{HERE}/results/p/c1.madeup"):
        assert office.client.get(path).status_code == 404
    for page, data in (("/r/small", "/r/small.madeup"), (mine, f"{mine}/data.madeup")):
        assert "MADE UP" not in client.get(page).text
        assert client.get(data).status_code == 404


def test_a_line_more_is_a_format_more_for_the_command(app: Flask, settings: Settings, tmp_path: Path) -> None:
    certified(a_definition())
    out = tmp_path / "small.madeup"
    command = ("results", "small", "--format", "madeup", "--out", str(out))
    more, unchanged = (
        subprocess.run(
            [sys.executable, "-m", module, *command],
            cwd=ROOT,
            env=environment_of(settings),
            capture_output=True,
            text=True,
        )
        for module in ("tests.documents.export.made_up", "survey.cli")
    )
    assert (more.returncode, more.stdout) == (0, f"results of small: {out}\n"), more.stderr
    assert "\t" in out.read_text()
    assert unchanged.returncode == 2
    known = ", ".join(map(repr, offered_to(Audience.COMMAND)))
    assert f"'madeup' is not one of {known}" in unchanged.stderr
