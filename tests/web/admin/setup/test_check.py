"""What is looked at before arming."""

from tests.builders import a_mutual_definition
from tests.domain.definition.test_names import SPELLINGS
from tests.domain.editing import changed, full
from tests.web.admin.setup.test_pages import create, path
from tests.web.clerk import Office


def test_characters_that_cannot_be_printed_are_named_before_arming(office: Office) -> None:
    create(changed("ratees[1].name", "干部😀"))
    assert "😀 印不到票条和 PDF 表格上" in office.get(path("check"))
    office.save(path("ratees"), office.form(path("ratees")).set("ratees.1.name", "干部𬭩"))
    assert "印不到" not in office.get(path("check"))


def test_two_spellings_of_one_name_are_asked_about_and_no_fault(office: Office) -> None:
    document = full()
    for row, name in zip(document["ratees"], SPELLINGS, strict=False):
        row["name"] = name
    create(document)
    for page in ("check", "ratees"):
        said = office.get(path(page))
        for place in (1, 2):
            asked = f"第 1 个“{SPELLINGS[0]}”和第 {place + 1} 个“{SPELLINGS[place]}”像是同一个人"
            assert asked in said
            assert f"page=1#ratees.{place}" in said
    assert "测评内容完整" in office.get(path("check"))
    office.save(path("ratees"), office.form(path("ratees")), "drop ratees.2")
    office.save(path("ratees"), office.form(path("ratees")), "drop ratees.1")
    assert "像是同一个人" not in office.get(path("check")) + office.get(path("ratees"))


def test_person_character_and_code_point_are_named(office: Office) -> None:
    create(changed("ratees[1].name", "张𫟵"))
    page = office.get(path("check"))
    assert "“张𫟵”（第2字 U+2B7F5）：𫟵 印不到票条和 PDF 表格上" in page
    assert f'href="{path("ratees")}"' in page


def test_of_a_post_the_person_is_named_too(office: Office) -> None:
    data = changed("ratees[1].post", "主任𫟵")
    create(data)
    name = data["ratees"][1]["name"]
    assert f"“{name}：主任𫟵”（第3字 U+2B7F5）" in office.get(path("check"))


def test_a_unit_that_may_rate_itself_is_asked_about(office: Office) -> None:
    data = a_mutual_definition(6, 6)
    create(data)
    page = office.get("/admin/c/small/setup/check")
    assert "评得到自己" not in page
    assert "一张票最多 11 项评价" in page  # of twelve, the unit itself is on no ballot of it
    for ratee in data["ratees"]:
        del ratee["except"]
    data["campaign"]["code"] = "self"
    create(data)
    page = office.get("/admin/c/self/setup/check")
    assert "互评的 a1票、a2票、a3票、a4票、a5票等 评得到自己（共 12 个）" in page


def test_few_of_a_pool_are_told_as_the_rules_show_them(office: Office) -> None:
    data = a_mutual_definition(3, 9)
    create(data)
    said = office.get("/admin/c/small/setup/check")
    assert "这一行不会单独公布" in said
    data["results"]["small_groups"] = "show"
    data["campaign"]["code"] = "shown"
    create(data)
    said = office.get("/admin/c/shown/setup/check")
    assert "里能评“a1”等 3 个对象的至多 2 人" in said
    assert "选的是照样公布" in said


def test_a_form_without_ratees_is_asked_about(office: Office) -> None:
    data = full()
    data["ratees"] = data["ratees"][:2]
    create(data)
    page = office.get(path("check"))
    assert "测评表“表决”没有对象用" in page
    assert "测评内容完整" in page
    campaign = office.get("/admin/c/full-2026")
    assert "测评表“表决”没有对象用" in campaign


def test_nothing_to_rate_is_never_complete(office: Office) -> None:
    data = full()
    data["ratees"], data["quotas"] = [], []
    create(data)
    page = office.get(path("check"))
    assert "还没有测评对象，只有 3 个问题" in page
    assert "测评内容完整" not in page
    assert f'href="{path("ratees")}"' in page
    campaign = office.get("/admin/c/full-2026")
    assert "还没有测评对象" in campaign
    assert "设置完整" not in campaign
