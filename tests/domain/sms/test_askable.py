"""Whom one does not ask by text message, and what no reply can say."""

from typing import Any

import pytest

from survey.domain.definition.bounds import check_definition
from survey.domain.definition.campaign import EntryMode
from survey.domain.definition.reader import read_definition
from survey.domain.errors import Flaw, InvalidDefinition
from tests.builders import example
from tests.domain.editing import GONE, changed
from tests.sms_clients import an_sms_definition


def faults_of(path: str, value: Any) -> list[tuple[str, Flaw]]:
    with pytest.raises(InvalidDefinition) as refused:
        check_definition(changed(path, value, an_sms_definition()))
    return [(fault.path, fault.flaw) for fault in refused.value.faults]


def grades(number: int) -> list[dict[str, Any]]:
    return [{"key": f"g{at}", "label": f"第{at}等", "points": 100 - at} for at in range(number)]


def test_a_service_is_asked_about_by_sms() -> None:
    definition = check_definition(an_sms_definition())
    assert definition.entry is EntryMode.SMS
    assert definition.by_sms
    assert (definition.by_sms.channel, definition.by_sms.window) == ("mas", ("08:00", "21:00"))


def test_nine_steps_and_eight_lines_are_the_most() -> None:
    lines = [{"key": f"k{at}", "label": f"第{at}项"} for at in range(8)]
    data = changed("scales[0].grades", grades(9), changed("sections[0].criteria", lines, an_sms_definition()))
    check_definition(data)


@pytest.mark.parametrize(
    ("path", "value", "faults"),
    [
        ("sms", GONE, [("sms", Flaw.SMS_RULES)]),
        ("ratees[1].post", "局长", [("ratees[1].post", Flaw.SMS_POST)]),
        ("scales[0].grades", grades(10), [("scales[0].grades", Flaw.SMS_STEPS)]),
        ("scales[0].grades[1].reason", "required", [("scales[0].grades[1].reason", Flaw.SMS_TEXTS)]),
        (
            "sections[0].criteria",
            [{"key": f"k{at}", "label": f"第{at}项"} for at in range(9)],
            [("sections[0].criteria", Flaw.SMS_LINES)],
        ),
        ("sections[0].comment", True, [("sections[0].comment", Flaw.SMS_TEXTS)]),
        (
            "questions",
            [{"key": "why", "label": "建议", "kind": "text"}],
            [("questions[0].kind", Flaw.SMS_TEXTS)],
        ),
        (
            "questions",
            [{"key": "q1", "label": "年龄", "kind": "choice", "options": [
                {"key": "a", "label": "青年"}, {"key": "b", "label": "老年"}]}],
            [("questions[0]", Flaw.SMS_QUESTIONS)],
        ),
        (
            "quotas",
            [{"section": "service", "criterion": "all", "grade": "good", "at_most": 1}],
            [("quotas", Flaw.SMS_QUOTAS)],
        ),
        ("rules", {"blank": "require"}, [("rules.blank", Flaw.SMS_BLANK)]),
        ("paper", {}, [("paper", Flaw.SMS_PAPER)]),
        ("sms.extension", "12a", [("sms.extension", Flaw.SMS_EXTENSION)]),
        ("sms.extension", "１２", [("sms.extension", Flaw.SMS_EXTENSION)]),
        ("sms.text", "{title}{who}", [("sms.text", Flaw.SMS_WORD)]),
        ("sms.text", "{title.__class__}", [("sms.text", Flaw.SMS_WORD)]),
        ("sms.text", "{title!r}", [("sms.text", Flaw.SMS_WORD)]),
        ("sms.text", "{title", [("sms.text", Flaw.SMS_WORD)]),
    ],
)  # fmt: skip
def test_what_no_reply_can_say_is_refused_with_its_place(
    path: str, value: Any, faults: list[tuple[str, Flaw]]
) -> None:
    assert faults_of(path, value) == faults


@pytest.mark.parametrize("window", [["8:00", "21:00"], ["21:00", "08:00"], ["08:00"], ["08:00", "24:00"], []])
def test_a_window_is_two_times_of_one_day(window: list[str]) -> None:
    assert faults_of("sms.window", window) == [("sms.window", Flaw.NOT_WINDOW)]


def test_the_table_alone_changes_nothing_where_voters_come_otherwise() -> None:
    definition = check_definition(changed("campaign.entry", "codes", an_sms_definition()))
    assert definition.sms is not None
    assert definition.by_sms is None


BEFORE = {
    "college-term": "sha256:b95385dc388534821411b992c15b3225593c7b2ac182277c4181e9d1b55d15b8",
    "one-report-two-reviews": "sha256:ccf3e8faa075cf1a77ba0137ff33d8329a7ee519163e544df918e69769c140e2",
    "public-satisfaction": "sha256:e75cb34b0f604de8cbe91e98af6d9623b1f2fcba3a4c81f77e9752186e1f46ff",
    "town-annual": "sha256:69814b7088060c2f95c648a33c05fc446dc18232f7c8f8d10627bcd83f5059a8",
}
"""Digests of the shipped examples as they were before there were text messages."""


@pytest.mark.parametrize("name", BEFORE)
def test_a_definition_without_the_new_keys_keeps_its_digest(name: str) -> None:
    assert read_definition(example(name)).digest == BEFORE[name]
