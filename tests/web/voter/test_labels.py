"""What voters are told: every refusal and every fault in whole sentences, in both languages."""

import re
from datetime import datetime

import pytest

from survey.domain.errors import FieldFault
from survey.web.voter import labels
from tests.web.spoken import is_said

KINDS = re.findall(r"``([\w-]+)``", (FieldFault.__doc__ or "").partition("``limit``")[0])
KINDS = [kind for kind in KINDS if kind != "kind"]


@pytest.mark.parametrize("key", list(labels.SENTENCES))
def test_every_refusal_says_what_happened_and_what_to_do(language: str, key: str) -> None:
    sentence = labels.SENTENCES[key]
    assert is_said(str(sentence.title), language)
    assert is_said(str(sentence.advice), language)
    assert str(sentence).startswith(str(sentence.title))
    assert str(sentence).endswith(str(sentence.advice))


def test_no_two_refusals_read_the_same(language: str) -> None:
    assert len({str(one) for one in labels.SENTENCES.values()}) == len(labels.SENTENCES)


def test_the_faults_are_those_that_the_ballot_can_have() -> None:
    assert set(KINDS) == set(labels._FAULTS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_has_a_sentence(language: str, kind: str) -> None:
    fault = FieldFault(kind, limit=2, given=5, label="X", names=("Y", "Z"))
    assert is_said(labels.fault_text(fault), language)


def test_numbers_stand_in_the_sentences(chinese: None) -> None:
    quota = FieldFault("over-quota", limit=2, given=5, label="优秀", names=("甲", "乙"))
    assert labels.fault_text(quota) == "“优秀”最多评 2 人，您评了 5 人：甲、乙。请改其中 3 人"
    assert labels.over_quota("德", quota) == "德“优秀”最多评 2 人，您评了 5 人。请改其中 3 人："
    long = FieldFault("too-long", limit=500, given=501)
    assert labels.fault_text(long) == "最多 500 字，现在有 501 字"


def test_when_voting_begins_is_told_on_the_clock_that_was_given(chinese: None) -> None:
    opens = datetime.fromisoformat("2026-11-22T09:00:00+06:00")
    said = labels.not_open_until(opens, open_entry=False)
    assert said.title == labels.SENTENCES["not-open"].title
    assert "2026 年 11 月 22 日 09:00" in said.advice


def test_the_same_in_english(english: None) -> None:
    opens = datetime.fromisoformat("2026-11-22T09:00:00+06:00")
    assert is_said(labels.not_open_until(opens, open_entry=False).advice, "en")
    assert is_said(labels.over_quota("X", FieldFault("over-quota", 2, 5, "Y")), "en")
