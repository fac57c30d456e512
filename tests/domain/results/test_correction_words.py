"""Corrected texts in sentences, in Chinese on papers and in the language of a page."""

import pytest

from survey.domain.audit.corrections import WordingChange
from survey.domain.results.correction_words import _MOVED, acts_words, change_words


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("campaign.title", "活动名称“甲”更正为“乙”"),
        ("campaign.rated_unit", "被评单位“甲”更正为“乙”"),
        ("sections.f.title", "测评表“甲”更正为“乙”"),
        ("ratees.c1.name", "测评对象“甲”更正为“乙”"),
        ("ratees.c1.post", "“王芳”的职务“甲”更正为“乙”"),
        ("ratees.c9.unit", "“c9”的单位“甲”更正为“乙”"),
    ],
)
def test_each_text_is_named(path: str, said: str) -> None:
    assert change_words(WordingChange(path, "甲", "乙"), {"c1": "王芳"}) == said


def test_a_text_of_several_lines_is_one() -> None:
    change = WordingChange("campaign.instructions", "一\n二", "100%\n三")
    assert change_words(change, {}) == "填写说明“一 二”更正为“100% 三”"


def test_a_page_says_them_in_its_language() -> None:
    changes = [WordingChange("ratees.c1.post", "甲", "乙"), WordingChange("campaign.title", "甲", "乙")]
    english = {"；": "; ", **dict.fromkeys(_MOVED.values(), "%(before)s > %(after)s")}
    assert acts_words(changes, {"c1": "王芳"}, english.__getitem__) == "甲 > 乙; 甲 > 乙"
