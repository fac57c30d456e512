"""Decisions in words: each kind, each field, each fault, in both languages."""

import pytest

from survey.domain.decisions.entries import EntryKind
from survey.domain.decisions.proposal import ProposedPlace
from survey.web.admin.words import decisions as words
from tests.web.spoken import is_said


@pytest.mark.parametrize(
    ("said", "kinds"),
    [(words.KINDS, EntryKind), (words.TITLES, EntryKind), (words.PLACES, ProposedPlace)],
)
def test_every_kind_has_a_word_of_its_own(language: str, said: dict, kinds: type) -> None:
    assert set(said) == set(kinds)
    assert len({str(word) for word in said.values()}) == len(said)
    assert all(is_said(str(word), language) for word in said.values())


def test_hints_are_about_fields_that_have_a_label(language: str) -> None:
    assert set(words.HINTS) <= set(words.LABELS)
    # Two fields of different entries are called the same: what a band and points rest on.
    assert all(is_said(str(label), language) for label in words.LABELS.values())
    assert all(is_said(str(hint) % (), language) for hint in words.HINTS.values())


@pytest.mark.parametrize("kind", list(words.FAULTS))
def test_a_fault_names_the_number_that_it_is_about(language: str, kind: str) -> None:
    assert is_said(str(words.FAULTS[kind]) % {"most": 500, "each": "1.5"}, language)


def test_numbers_stand_in_the_sentences(chinese: None) -> None:
    assert str(words.FAULTS["too-long"]) % {"most": 500} == "太长了，最多 500 个字。"
    assert str(words.FAULTS["over-cap"]) % {"each": "1.5"} == "超过每项上限 1.5 分。"
    assert str(words.FAULTS["not-limit"]) % () == "请填写人数（如 3）或比例（如 20%）。"
