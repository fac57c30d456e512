"""Frames for names that are not on a list: one each, apart, and with words that say how they count."""

from typing import Any

import pytest

from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import PaperRules, PaperSize, PaperTexts
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.layout.words import NAMES, NAMES_LEFT_OUT, NO_NAME, TYPED_NAMES
from survey.domain.paper.sheet import AreaKind, PaperArea, PaperForm
from tests.domain.editing import changed, listed

from .test_flow import require_sound

TYPED = PaperRules(texts=PaperTexts.TYPED)


def nomination(names: int, ratees: int = 4, quota: int = 2) -> dict[str, Any]:
    data = changed("sections[2].write_in", names, listed())
    others = [one for one in data["ratees"] if one["section"] != "list"]
    ticked = [{"key": f"n{at}", "section": "list", "name": f"候选{at}"} for at in range(1, ratees + 1)]
    return changed("quotas[2].at_most", quota, data | {"ratees": others + ticked})


def laid_out(data: dict[str, Any], rules: PaperRules = TYPED) -> PaperForm:
    definition = read_definition(data)
    form = lay_out(definition, "A", rules)
    require_sound(form, definition)
    return form


def frames_of(form: PaperForm) -> list[tuple[int, PaperArea]]:
    return [(page.page, area) for page in form.pages for area in page.areas if area.kind is AreaKind.NAME]


@pytest.mark.parametrize("size", PaperSize)
@pytest.mark.parametrize("names", [1, 2, 3, 10])
def test_each_name_has_a_frame_in_order(names: int, size: PaperSize) -> None:
    form = laid_out(nomination(names, quota=10), PaperRules(size=size, texts=PaperTexts.TYPED))
    found = frames_of(form)
    assert [area.field for _page, area in found] == [f"list.write_in.{at}" for at in range(1, names + 1)]
    assert all(area.height >= 9 and area.width >= 60 for _page, area in found)
    assert {form.kind_of(area.field) for _page, area in found} == {AreaKind.NAME}


@pytest.mark.parametrize("ratees", range(20, 90, 7))
def test_frames_of_a_list_stay_together_and_below_it(ratees: int) -> None:
    form = laid_out(nomination(10, ratees, quota=10))
    [page] = {page for page, _area in frames_of(form)}
    last = [line for one in form.pages[:page] for line in one.lines if line.field.endswith(".vote")]
    assert len(last) == ratees
    assert NAMES in {words.text for words in form.pages[page - 1].words}


def test_where_words_go_by_phone_there_is_no_frame() -> None:
    assert frames_of(laid_out(nomination(2), PaperRules(texts=PaperTexts.NONE))) == []


def said_on(data: dict[str, Any]) -> str:
    return "".join(words.text for words in laid_out(data).pages[0].words)


def test_the_instructions_count_ticks_and_names_together() -> None:
    said = said_on(nomination(2))
    assert "打勾的和另写的合计不超过 2 人；超过的，整张票作废。" in said
    assert NAMES_LEFT_OUT in said
    assert TYPED_NAMES in said
    assert "勿写自己的姓名" in said
    assert NO_NAME not in said
    plain = said_on(listed())
    assert "打勾的不超过 2 人" in plain
    assert NAMES_LEFT_OUT not in plain
    assert NO_NAME in plain


def test_a_quota_that_ticks_alone_cannot_exceed_is_said_where_names_can() -> None:
    assert "合计不超过 4 人" in said_on(nomination(1, ratees=4, quota=4))
    assert "不超过 5 人" not in said_on(nomination(1, ratees=4, quota=5))


def test_a_group_has_no_more_frames_than_it_may_recommend() -> None:
    assert len(frames_of(laid_out(nomination(3, quota=2)))) == 2
