"""What is looked at before arming."""

from tests.domain.editing import changed
from tests.web.admin.setup.test_pages import create, path
from tests.web.clerk import Office


def test_characters_that_cannot_be_printed_are_named_before_arming(office: Office) -> None:
    create(changed("ratees[1].name", "干部😀"))
    assert "😀 印不到投票码纸条和 PDF 表格上" in office.get(path("check"))
    office.save(path("ratees"), office.form(path("ratees")).set("ratees.1.name", "干部𬭩"))
    assert "印不到" not in office.get(path("check"))
