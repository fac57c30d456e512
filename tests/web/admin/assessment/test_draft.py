"""A draft's page: what it asks for, its files, another one in its place, and issuing it."""

import io
import re

import openpyxl
import pytest
from flask import Flask

from survey.documents.assessment.setup.setup_reading import read_setup
from survey.domain.assessment.facts import Stage
from survey.domain.definition.canonical import canonical_json
from tests.documents.assessment.setup.setup_files import changed, put, sample_workbook
from tests.office import Office
from tests.sample_year import SAMPLE_CODE, sample
from tests.services.assessment.sample_taken import current, everything, issued, loaded

AT = f"/admin/a/{SAMPLE_CODE}"


@pytest.fixture
def office(app: Flask) -> Office:
    loaded()
    return Office(app, role="organiser", unit="甲局")


def sent(content: bytes, name: str = "考核设置.xlsx") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_the_page_says_how_many_numbers_each_gives(office: Office) -> None:
    page = office.get(f"{AT}/setup")
    assert page.status_code == 200
    flat = "".join(page.text.split())
    assert '东岭镇</th><tdclass="number">7</td><tdclass="number">0</td><tdclass="number">5</td>' in flat
    assert "党的建设、赴市以上访人次、作风问题通报次数" in flat


def test_the_workbook_goes_out_and_comes_back(office: Office) -> None:
    content = office.client.get(f"{AT}/setup.xlsx").data
    assert canonical_json(read_setup(content).data) == canonical_json(sample("assessment.toml"))
    toml = office.get(f"{AT}/setup.toml")
    assert 'code = "qingyuan-2026"' in toml.text
    office.get(f"{AT}/setup")
    page = office.post(
        f"{AT}/setup",
        follow=True,
        draft=current().digest,
        file=sent(changed(lambda book: put(book, "单位", 4, "单位", "城关街道") and None)),
    )
    # Its targets name the unit as it was called.
    assert page.status_code == 422
    assert "目标!B" in page.text
    page = office.post(
        f"{AT}/setup",
        follow=True,
        draft=current().digest,
        file=sent(changed(lambda book: put(book, "单位", 4, "主要负责人", "王某") and None)),
    )
    assert "已换成新的设置" in page.text
    assert current().definition.units[0].head == "王某"


def test_a_file_of_another_assessment_is_refused(office: Office) -> None:
    before = everything()
    office.get(f"{AT}/setup")

    def other(book: openpyxl.Workbook) -> None:
        book["考核"]["C3"] = "another-2026"

    page = office.post(f"{AT}/setup", draft=current().digest, file=sent(changed(other)))
    assert page.status_code == 422
    assert "考核!C3" in page.text
    assert "这个文件是别的考核的" in page.text
    assert everything() == before


def test_issuing_wants_the_code(office: Office) -> None:
    office.get(f"{AT}/setup")
    page = office.post(f"{AT}/issue", typed="qingyuan")
    assert page.status_code == 422
    assert "与考核代号不一致" in page.text
    assert current().stage is Stage.DRAFT
    office.post(f"{AT}/issue", draft=current().digest, typed=SAMPLE_CODE)
    assert current().stage is Stage.ISSUED
    for path, fields in (
        (f"{AT}/issue", {"typed": SAMPLE_CODE}),
        (f"{AT}/setup", {"file": sent(sample_workbook())}),
    ):
        assert "已经下达" in office.post(path, follow=True, **fields).text
    assert "换成这个文件" not in office.get(f"{AT}/setup").text


def test_a_draft_that_is_no_longer_the_one_on_the_page_is_left_alone(office: Office) -> None:
    page = office.get(f"{AT}/setup").text
    [before] = set(re.findall(r'name="draft" value="([^"]+)"', page))
    assert (page.count('name="draft"'), before) == (2, current().digest)
    content = changed(lambda book: put(book, "单位", 4, "主要负责人", "王某") and None)
    office.post(f"{AT}/setup", draft=before, file=sent(content))
    now = everything()
    assert current().digest != before
    for path, fields in (
        ("issue", {"typed": SAMPLE_CODE, "draft": before}),
        ("issue", {"typed": SAMPLE_CODE}),
        ("setup", {"file": sent(sample_workbook()), "draft": before}),
        ("setup", {"file": sent(sample_workbook())}),
    ):
        office.get(f"{AT}/setup")
        said = office.post(f"{AT}/{path}", **fields)
        assert said.status_code == 409
        assert "草稿刚才被换成了别的" in said.text
        assert f'value="{SAMPLE_CODE}"' not in said.text
    assert everything() == now


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf", "csv"])
def test_letters_of_commitment_are_handed_out(office: Office, kind: str) -> None:
    page = office.client.get(f"{AT}/commitments.{kind}")
    assert page.status_code == 200
    assert len(page.data) > 1000
    assert "attachment" in page.headers["Content-Disposition"]
    assert office.get(f"{AT}/commitments.exe").status_code == 404


def test_another_office_finds_nothing(app: Flask) -> None:
    issued()
    other = Office(app, "别人", role="organiser", unit="乙局")
    for path in ("setup", "setup.xlsx", "setup.toml", "commitments.pdf", "next-year"):
        assert other.get(f"{AT}/{path}").status_code == 404
