"""The states of a campaign, each in a word."""

from survey.domain.definition.campaign import COLLECTING, State
from survey.web.admin.words.labels import STATES
from tests.web.spoken import is_said


def test_every_state_has_a_word_of_its_own(language: str) -> None:
    assert set(STATES) == {*State, COLLECTING}
    said = [str(word) for word in STATES.values()]
    assert len(set(said)) == len(said)
    assert all(is_said(word, language) for word in said)
