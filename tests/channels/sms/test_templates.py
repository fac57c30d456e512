"""A text is known for one that was approved, and its blanks are what stands in them."""

import pytest

from survey.channels.sms.templates import MessageTemplate, fill_in

INVITATION = MessageTemplate("SMS_1", "${title}：${ratee}的服务，1好2差。拒收请回复R")
NUMBERED = MessageTemplate("22", "{1}：{2}的服务（a.b）")
PLAIN = MessageTemplate("SMS_2", "已截止，谢谢！")


@pytest.mark.parametrize(
    ("template", "text", "blanks"),
    [
        (INVITATION, "办事：窗口甲的服务，1好2差。拒收请回复R", {"title": "办事", "ratee": "窗口甲"}),
        (INVITATION, "办事：窗口甲的服务，1好2差。", None),
        (INVITATION, "：窗口甲的服务，1好2差。拒收请回复R", None),
        (NUMBERED, "办事：窗口甲的服务（a.b）", {"1": "办事", "2": "窗口甲"}),
        (NUMBERED, "办事：窗口甲的服务（axb）", None),
        (PLAIN, "已截止，谢谢！", {}),
        (PLAIN, "已截止，谢谢！！", None),
    ],
)
def test_blanks_are_read(template: MessageTemplate, text: str, blanks: dict[str, str] | None) -> None:
    assert template.read(text) == blanks


def test_the_first_that_fits_is_taken_and_the_signature_is_the_providers() -> None:
    assert fill_in([INVITATION, PLAIN], "某局", "【某局】已截止，谢谢！") == (PLAIN, {})
    assert fill_in([INVITATION, PLAIN], "某局", "【他局】已截止，谢谢！") is None
