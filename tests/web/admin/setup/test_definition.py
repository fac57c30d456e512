"""A definition as a file: in, out, and what is no definition."""

import pytest

from survey.documents.definition.definition_file import write_toml
from survey.domain.definition.canonical import digest
from survey.services.campaigns import campaigns, drafts
from survey.storage.database import transaction
from tests.builders import EXAMPLES
from tests.documents.read_back import name_in
from tests.domain.editing import changed, full
from tests.web.admin.setup.test_begin import upload
from tests.web.clerk import Office
from tests.web.rosters import workbook

from .test_pages import create, document, path, stored


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_a_definition_file_goes_in_and_out_unchanged(office: Office, name: str) -> None:
    text = (EXAMPLES / f"{name}.toml").read_bytes()
    assert upload(office, "/admin/new", f"{name}.toml", text).status_code == 303
    out = office.client.get(path("definition.toml", name))
    assert name_in(out).endswith(" 定义文件.toml")
    again = upload(office, path("definition", name), "again.toml", out.data)
    assert again.status_code == 303
    with transaction() as session:
        found = campaigns.find_campaign(session, name)
    assert found.definition.digest == digest(document(name))
    assert stored(name).version == 1


def test_a_file_that_is_no_definition_changes_nothing(office: Office) -> None:
    create(full())
    good = write_toml(full())
    dated = good.replace("issue = 12", "issue = 2026-01-01").encode()
    newer = good.replace("format = 1", "format = 2").encode()
    misspelt = good.replace("weight", "wait").encode()
    for bad in (b"\xff\xfe", b"no toml", b"", b"groups = 3", dated, newer, misspelt):
        for address in (path("definition"), "/admin/new"):
            answer = upload(office, address, "x.toml", bad)
            assert answer.status_code == 422, bad
    answer = upload(office, path("definition"), "x.toml", good.replace("full-2026", "other").encode())
    assert answer.status_code == 422
    assert "文件里的代号是 other" in answer.text
    assert "已经有代号为 full-2026 的活动" in upload(office, "/admin/new", "x.toml", good.encode()).text
    assert document() == full()


def test_a_file_with_gaps_becomes_a_draft(office: Office) -> None:
    text = write_toml(changed("groups[0].label", "", changed("ratees[2].section", "gone")))
    assert upload(office, "/admin/new", "x.toml", text.encode()).status_code == 303
    assert len(drafts.faults(document())) == 2


def test_a_large_file_is_taken_and_a_large_form_is_not(office: Office) -> None:
    create(full())
    rows = workbook(("标题",), *[(f"人{number}", "职" * 60, "", "测评表") for number in range(4000)])
    answer = upload(office, path("roster"), "r.xlsx", rows, "look")
    assert answer.status_code == 422
    assert "没有导入" in answer.text
    assert office.client.post(path("basics"), data={"x": "y" * 300_000}).status_code == 413
    assert Office(office.client.application.test_client()).client.post(
        path("roster"), data={"x": "y" * 300_000}
    ).status_code in (302, 400, 413)  # fmt: skip
