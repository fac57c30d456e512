"""What stands behind a reply's grades is a signature, or takes the reply with it."""

import pytest

from survey.domain.sms.plain_text import plain
from survey.domain.sms.signatures import is_signature


@pytest.mark.parametrize(
    "text",
    [
        "",
        "。",
        "!",
        "王小明",
        "张三",
        "欧阳明",
        "李先生",
        "谢谢",
        "辛苦了",
        "【中国移动】",
        "(张三)",
        "发自我的iPhone 15",
    ],
)
def test_it_leaves_the_grades_as_they_are(text: str) -> None:
    assert is_signature(plain(text), True, ["满意"])


@pytest.mark.parametrize(
    "text",
    [
        "不对",
        "王不满",
        "王满意",
        "三",
        "张",
        "小明",
        "4",
        "【三】",
        "【不】",
        "作废",
        "发自我的心",
        "谢谢 4",
        "王小明 4",
        "王小明的",
    ],
)
def test_everything_else_may_turn_them_round(text: str) -> None:
    assert not is_signature(plain(text), True, ["满意"])


@pytest.mark.parametrize(
    ("text", "is_one"), [("王小明", False), ("谢谢", True), ("【王小明】", True), ("", True)]
)
def test_a_name_stands_apart(text: str, is_one: bool) -> None:
    assert is_signature(text, False, []) is is_one
