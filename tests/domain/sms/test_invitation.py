"""What clients read, and what their digits mean on the ballot."""

from typing import Any

import pytest

from survey.domain.definition.reader import read_definition
from survey.domain.errors import NoSms
from survey.domain.sms.invitation import lines_of, message_text, posted_of, scales_of
from survey.domain.sms.message_parts import parts_of
from survey.domain.sms.messages import MessageKind
from survey.domain.sms.opt_out import is_opt_out
from survey.domain.sms.reading import read_reply
from tests.sms_clients import an_sms_definition

LABELS = ("办事效率", "服务态度", "办事环境", "收费公开")


def text_of(
    kind: MessageKind = MessageKind.INVITATION, *, over: bool = False, lines: int = 1, **sms: Any
) -> str:
    data = an_sms_definition()
    data["sms"] |= sms
    data["sections"][0]["criteria"] = [
        {"key": f"k{at}", "label": label} for at, label in enumerate(LABELS[:lines])
    ]
    return message_text(read_definition(data), "all", "tax", kind, over=over)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (
            {},
            "【政务服务局】窗口服务评价:办税窗口的服务,1满意2一般3不满意0不了解。回复数字即可,拒收请回复R",
        ),
        (
            {"lines": 4},
            "【政务服务局】窗口服务评价:办税窗口的服务,依次评办事效率、服务态度、办事环境、收费公开,"
            "1满意2一般3不满意0不了解。依次回复,如3213,拒收请回复R",
        ),
        (
            {"lines": 2},
            "【政务服务局】窗口服务评价:办税窗口的服务,依次评办事效率、服务态度,"
            "1满意2一般3不满意0不了解。依次回复,如32,拒收请回复R",
        ),
        (
            {"text": "请评{ratee}:{grades}。"},
            "【政务服务局】请评办税窗口:1满意2一般3不满意0不了解,拒收请回复R",
        ),
        ({"text": "{title},不想收到请回复退订"}, "【政务服务局】窗口服务评价,不想收到请回复退订"),
        (
            {"kind": MessageKind.REMINDER, "text": "{title}"},
            "【政务服务局】提醒:窗口服务评价,拒收请回复R",
        ),
        (
            {"kind": MessageKind.HELP},
            "【政务服务局】没有读懂您的回复。办税窗口的服务,1满意2一般3不满意0不了解。请回复一个数字",
        ),
        (
            {"kind": MessageKind.HELP, "lines": 3},
            "【政务服务局】没有读懂您的回复。办税窗口的服务,1满意2一般3不满意0不了解。请依次回复3个数字,如321",
        ),
        ({"kind": MessageKind.HELP, "over": True}, "【政务服务局】窗口服务评价已截止,感谢参与"),
    ],
)  # fmt: skip
def test_a_text_says_what_it_asks_and_how_to_refuse(asked: dict[str, Any], text: str) -> None:
    assert text_of(**asked) == text


def test_the_usual_text_is_one_message() -> None:
    assert parts_of(text_of()) == 1


def test_a_message_is_for_campaigns_by_message() -> None:
    data = an_sms_definition()
    data["campaign"]["entry"] = "codes"
    with pytest.raises(NoSms):
        message_text(read_definition(data), "all", "tax", MessageKind.INVITATION)


@pytest.mark.parametrize(
    ("reply", "value"), [("1", "good"), ("2", "fair"), ("不满意", "poor"), ("０", "-"), ("不了解", "-")]
)
def test_a_digit_means_what_the_invitation_says(reply: str, value: str) -> None:
    lines = lines_of(read_definition(an_sms_definition()), "all", "water")
    assert posted_of(lines, read_reply(reply, scales_of(lines))) == {"water.all": [value]}


def test_the_example_is_a_reply_and_no_opt_out() -> None:
    data = an_sms_definition()
    data["sections"][0]["criteria"] = [{"key": f"k{at}", "label": f"{at}"} for at in range(8)]
    definition = read_definition(data)
    lines = lines_of(definition, "all", "tax")
    example = message_text(definition, "all", "tax", MessageKind.INVITATION).split("如")[1].split(",")[0]
    assert len(read_reply(example, scales_of(lines))) == 8
    assert not is_opt_out(example)


def test_two_grades_and_no_abstention_have_an_example_too() -> None:
    data = an_sms_definition()
    data["scales"][0]["grades"] = data["scales"][0]["grades"][:2]
    del data["scales"][0]["abstain"]
    data["sections"][0]["criteria"] = [{"key": f"k{at}", "label": f"项{at}"} for at in range(3)]
    assert message_text(read_definition(data), "all", "tax", MessageKind.INVITATION).endswith(
        "1满意2一般。依次回复,如221,拒收请回复R"
    )
