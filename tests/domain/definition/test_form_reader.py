"""A list to tick says what its one box means: two grades, one criterion, a quota."""

from typing import Any

import pytest

from survey.domain.definition.form import SectionForm
from survey.domain.definition.reader import read_definition
from survey.domain.errors import Flaw, InvalidDefinition
from tests.domain.editing import GONE, changed, full, listed


def flaws(data: dict[str, Any]) -> list[tuple[str, Flaw]]:
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(data)
    return [(fault.path, fault.flaw) for fault in refused.value.faults]


def test_a_list_is_read() -> None:
    definition = read_definition(listed())
    section = definition.section["list"]
    assert (section.form, section.unticked, section.is_ticked) == (SectionForm.TICKS, "against", True)
    line = next(line for line in definition.lines if line.section is section)
    assert line.offered == (("for", "推荐"),)
    assert line.positions == {"for": 1, "against": 2}
    assert line.empty_position == 2


def test_other_forms_are_as_they_were() -> None:
    line = read_definition(full()).lines[0]
    assert line.section.form is SectionForm.LINES
    assert [value for value, _ in line.offered] == ["good", "fair", "bad", "-"]
    assert line.positions == {"good": 1, "fair": 2, "bad": 3, "-": 4}
    assert line.empty_position == 0


def test_nobody_abstains_by_a_box() -> None:
    data = changed("scales[2].abstain", {"label": "弃权"}, listed())
    line = next(line for line in read_definition(data).lines if line.is_ticked)
    assert "-" not in line.positions
    assert [value for value, _ in line.offered] == ["for"]


def test_keys_left_out_change_no_digest() -> None:
    data = listed()
    del data["sections"][2]["form"], data["sections"][2]["unticked"]
    same = changed("campaign.title", data["campaign"]["title"], data)
    assert read_definition(data).digest == read_definition(same).digest
    assert read_definition(data).digest != read_definition(listed()).digest


@pytest.mark.parametrize(
    ("path", "value", "at", "flaw"),
    [
        ("sections[2].scale", "four", "sections[2].scale", Flaw.TICKS_SCALE),
        ("sections[2].unticked", GONE, "sections[2].unticked", Flaw.MISSING),
        ("sections[2].unticked", "for", "sections[2].unticked", Flaw.UNTICKED_BEST),
        ("sections[2].unticked", "perhaps", "sections[2].unticked", Flaw.NO_SUCH),
        ("sections[2].form", "boxes", "sections[2].form", Flaw.NOT_CHOICE),
        ("sections[2].form", GONE, "sections[2].unticked", Flaw.UNTICKED_OF_LINES),
        ("sections[0].unticked", "bad", "sections[0].unticked", Flaw.UNTICKED_OF_LINES),
        ("sections[0].write_in", 2, "sections[0].write_in", Flaw.WRITE_IN_OF_LINES),
        ("sections[2].write_in", 11, "sections[2].write_in", Flaw.TOO_LARGE),
        ("sections[2].criteria[1]", {"key": "k", "label": "项"}, "sections[2].criteria", Flaw.TICKS_CRITERIA),
        ("scales[2].grades[0].reason", "required", "sections[2].scale", Flaw.TICKS_REASONS),
        ("quotas[2]", GONE, "sections[2].form", Flaw.TICKS_QUOTA),
        ("quotas[2].grade", "against", "quotas[2].grade", Flaw.LIMIT_OF_UNTICKED),
    ],
)
def test_what_a_list_needs(path: str, value: Any, at: str, flaw: Flaw) -> None:
    assert (at, flaw) in flaws(changed(path, value, listed()))


@pytest.mark.parametrize(("path", "value"), [("sections[2].form", "boxes"), ("sections[2].unticked", "for")])
def test_one_mistake_is_one_fault(path: str, value: str) -> None:
    assert len(flaws(changed(path, value, listed()))) == 1


def test_lines_for_other_names_are_read_and_stand_in_the_digest() -> None:
    definition = read_definition(changed("sections[2].write_in", 2, listed()))
    assert definition.section["list"].written_fields == ("list.write_in.1", "list.write_in.2")
    assert definition.section["form"].written_fields == ()
    assert definition.digest != read_definition(listed()).digest


def test_all_faults_of_a_list_are_said_at_once() -> None:
    data = changed("quotas[2]", GONE, changed("scales[2].grades[0].reason", "required", listed()))
    data["sections"][2]["criteria"].append({"key": "k", "label": "项"})
    del data["sections"][2]["unticked"]
    assert [flaw for path, flaw in flaws(data) if path.startswith("sections[2]")] == [
        *(Flaw.TICKS_CRITERIA, Flaw.TICKS_REASONS, Flaw.MISSING, Flaw.TICKS_QUOTA),
    ]
