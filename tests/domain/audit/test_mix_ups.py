"""No correction makes one be taken for another: by name, in any spelling, or by post and unit."""

from typing import Any

import pytest

from survey.domain.audit.corrections import WordingChange, corrected
from survey.domain.audit.mix_ups import require_nobody_else
from survey.domain.errors import BadCorrection
from tests.builders import a_definition, example

CHANGE = WordingChange("ratees.c1.name", "干部c1", "王芳")


def refused(documents: list[dict[str, Any]], *changes: WordingChange) -> bool:
    """Return whether changes would make one be taken for another; the last document is the present one."""
    made = corrected(documents[-1], changes)
    try:
        require_nobody_else([*documents, made], changes)
    except BadCorrection as error:
        return error.why == "another"
    return False


def test_no_ratee_gets_the_name_that_another_has_or_had() -> None:
    armed = a_definition()
    now = corrected(armed, [CHANGE])
    later = corrected(now, [WordingChange(CHANGE.path, "王芳", "王方")])
    for documents, name in (([armed], "干部c1"), ([armed, now], "干部c1"), ([armed, now, later], "王芳")):
        assert refused(documents, WordingChange("ratees.c2.name", "干部c2", name))
    back = WordingChange("ratees.c1.name", "王芳", "干部c1")
    assert not refused([armed, now], back, WordingChange("ratees.c2.post", "", "干部c1"))


@pytest.mark.parametrize("name", ["干 部\u3000c1", "干部Ｃ1", "干部C1"])
def test_a_name_in_another_spelling_is_the_same_name(name: str) -> None:
    assert refused([a_definition()], WordingChange("ratees.c2.name", "干部c2", name))
    assert not refused([a_definition()], WordingChange("ratees.c1.name", "干部c1", name))


def test_two_that_change_at_once_do_not_get_one_name() -> None:
    changes = [WordingChange("ratees.c2.name", "干部c2", "王 芳"), CHANGE]
    made = corrected(a_definition(), changes)
    with pytest.raises(BadCorrection):
        require_nobody_else([a_definition(), made], changes)


def test_two_of_one_name_do_not_change_places() -> None:
    armed = a_definition()
    for ratee, unit in zip(armed["ratees"], ("财政局", "审计局", "统计局"), strict=False):
        ratee |= {"name": "王伟", "post": "科长", "unit": unit}
    swapped = [
        WordingChange("ratees.c1.unit", "财政局", "审计局"),
        WordingChange("ratees.c2.unit", "审计局", "财政局"),
    ]
    assert refused([armed], swapped[0])
    between = corrected(armed, [WordingChange("ratees.c2.unit", "审计局", "审计厅")])
    assert refused([armed, between], swapped[0])
    assert not refused([armed], WordingChange("ratees.c1.unit", "财政局", "财政厅"))
    assert not refused([armed], WordingChange("ratees.c1.post", "科长", "副科长"), swapped[0])


def test_no_form_gets_the_title_of_another() -> None:
    armed = example("one-report-two-reviews")
    one, other = armed["sections"][:2]
    assert refused([armed], WordingChange(f"sections.{one['key']}.title", one["title"], f" {other['title']}"))
