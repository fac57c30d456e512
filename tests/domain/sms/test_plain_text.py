"""What people type is brought to one form, and a character of several digits is none."""

import pytest

from survey.domain.sms.plain_text import UNREADABLE, plain


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("３Ａ", "3a"),
        ("③❸➂➌⓷⑶⒊3️⃣", "33333333"),
        ("⑩", UNREADABLE),
        ("½", UNREADABLE),
        ("㋂", UNREADABLE),
        (" 3 \t 2 \r\n\n 1 ", "3 2\n1"),
        ("3—2–1−0", "3-2-1-0"),
        ("㊂", "三"),
        ("3\u200b2\ufeff", "32"),
        ("！，（）", "!,()"),
    ],
)
def test_one_form(text: str, form: str) -> None:
    assert plain(text) == form
