"""What is looked at before arming."""

from tests.domain.editing import changed
from tests.web.admin.setup.test_pages import create, path
from tests.web.clerk import Office


def test_characters_that_cannot_be_printed_are_named_before_arming(office: Office) -> None:
    create(changed("ratees[1].name", "干部😀"))
    assert "😀 印不到投票码纸条和 PDF 表格上" in office.get(path("check"))
    office.save(path("ratees"), office.form(path("ratees")).set("ratees.1.name", "干部𬭩"))
    assert "印不到" not in office.get(path("check"))


def test_person_character_and_code_point_are_named(office: Office) -> None:
    create(changed("ratees[1].name", "张𫟵"))
    page = office.get(path("check"))
    assert "“张𫟵”（第2字 U+2B7F5）：𫟵 印不到投票码纸条和 PDF 表格上" in page
    assert f'href="{path("ratees")}"' in page


def test_of_a_post_the_person_is_named_too(office: Office) -> None:
    data = changed("ratees[1].post", "主任𫟵")
    create(data)
    name = data["ratees"][1]["name"]
    assert f"“{name}：主任𫟵”（第3字 U+2B7F5）" in office.get(path("check"))
