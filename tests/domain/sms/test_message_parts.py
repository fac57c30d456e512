"""How many messages a text is sent as: 70 units alone, 67 a part, and no character cut in two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.sms.message_parts import JOINED, parts_of, split_parts, units_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a", 1),
        ("测" * 70, 1),
        ("a" * 70, 1),
        ("测" * 71, 2),
        ("测" * 134, 2),
        ("测" * 135, 3),
        ("测" * 201, 3),
        ("测" * 202, 4),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),  # 33 a part: the 34th would be cut in two
        ("😀" * 67, 3),
        ("测" * 66 + "😀" + "测" * 66, 3),
        ("测" * 65 + "😀" + "测" * 67, 2),
    ],
)
def test_parts_are_counted(text: str, parts: int) -> None:
    assert parts_of(text) == parts


@given(st.text(st.sampled_from("测a😀"), max_size=400))
def test_parts_hold_the_text_and_no_more_than_fits(text: str) -> None:
    parts = split_parts(text)
    assert "".join(parts) == text
    assert units_of(text) == len(text.encode("utf-16-be")) // 2
    assert len(parts) == 1 or all(0 < units_of(part) <= JOINED for part in parts)
