"""Persons on the set-up pages: added, moved, changed, taken away."""

import pytest

from tests.builders import example
from tests.domain.definition.test_names import COMPOSED, DECOMPOSED, JOINED, TURNED
from tests.domain.editing import full
from tests.web.admin.setup.test_pages import create, document, path
from tests.web.clerk import Office


def test_persons_are_added_moved_and_taken_away(office: Office) -> None:
    create(full())
    form = office.form(path("ratees")).set("ratees.3.name", "新人").set("ratees.3.post", "副镇长")
    office.save(path("ratees"), form, "add")
    assert document()["ratees"][3] == {"key": "p1", "section": "vote", "name": "新人", "post": "副镇长"}
    office.save(path("ratees"), office.form(path("ratees")), "up ratees.3")
    office.save(path("ratees"), office.form(path("ratees")).set("ratees.0.name", "甲甲"), "drop ratees.1")
    assert [row["name"] for row in document()["ratees"]] == ["甲甲", "新人", "班子"]
    assert document()["ratees"][0]["statement"] == "述职"


def test_long_lists_are_edited_page_by_page(office: Office) -> None:
    sample = example("college-term")
    create(sample)
    second = path("ratees", "college-term") + "?page=2"
    form = office.form(second).set("ratees.55.name", "改名")
    office.save(second, form)
    sample["ratees"][55]["name"] = "改名"
    assert document("college-term") == sample


@pytest.mark.parametrize("place", range(3))
def test_a_person_saved_unchanged_changes_nothing(office: Office, place: int) -> None:
    create(full())
    office.save(path(f"ratees/{place}"), office.form(path(f"ratees/{place}")))
    assert document() == full()


def test_a_person_who_moved_meanwhile_is_found_by_key(office: Office) -> None:
    create(full())
    form = office.form(path("ratees/1") + "?key=c2")
    office.save(path("ratees"), office.form(path("ratees")), "up ratees.1")
    assert form.value("ratees.1.name") == "乙"
    assert 'value="乙"' in office.get(path("ratees/1") + "?key=c2")
    office.get(path("ratees/1") + "?key=nobody", 404)
    office.get(path("ratees/99"), 404)


def test_typed_names_come_in_composed_and_stored_ones_stay(office: Office) -> None:
    before = full()
    before["ratees"][1]["name"] = DECOMPOSED
    create(before)
    office.save(path("ratees"), office.form(path("ratees")).set("ratees.2.name", DECOMPOSED))
    assert [row["name"] for row in document()["ratees"]] == ["甲", DECOMPOSED, COMPOSED]
    office.save(path("ratees"), office.form(path("ratees")).set("ratees.2.name", f"\ufeff{JOINED}"))
    assert document()["ratees"][2]["name"] == JOINED


def test_a_name_that_turns_its_direction_is_refused_at_its_place(office: Office) -> None:
    create(full())
    office.save(path("ratees"), office.form(path("ratees")).set("ratees.1.name", TURNED))
    page = office.get(path("check"))
    assert "含有不能显示的字符" in page
    assert "ratees.1" in page


def test_a_vertical_tab_is_a_line_break(office: Office) -> None:
    create(full())
    form = (
        office.form(path("ratees/0"))
        .set("ratees.0.statement", "一\v二\u2028三")
        .set("ratees.0.name", "Ali\vKhan")
    )
    office.save(path("ratees/0"), form)
    assert document()["ratees"][0]["statement"] == "一\n二\n三"
    assert document()["ratees"][0]["name"] == "Ali Khan"
