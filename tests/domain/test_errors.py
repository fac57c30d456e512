"""Refusals: each survives the way from another process, and says in one sentence what it refuses."""

import pickle
from collections.abc import Iterator

import pytest

from survey.domain import errors
from survey.domain.errors import (
    Fault,
    FieldFault,
    Flaw,
    InvalidBallot,
    InvalidDefinition,
    MinpingError,
    MissingGlyphs,
    OldReaders,
    UnknownCampaign,
)
from survey.domain.operations.retention import NAMED, Holder, HolderKind


def kinds() -> Iterator[type[MinpingError]]:
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, MinpingError):
            yield value


def test_there_are_some() -> None:
    assert len(list(kinds())) > 40


@pytest.mark.parametrize("kind", list(kinds()))
def test_a_refusal_comes_back_whole_from_another_process(kind: type[MinpingError]) -> None:
    """Their makers take all sorts of things; what comes back was not made anew."""
    error = kind.__new__(kind, "one sentence")
    error.__dict__["fact"] = {"number": 3}
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert back.args == error.args
    assert back.__dict__ == error.__dict__


@pytest.mark.parametrize(
    ("error", "fact"),
    [
        (InvalidBallot({"c1.de": FieldFault("too-long", limit=200)}), "fields"),
        (MissingGlyphs("😀"), "characters"),
        (OldReaders([Holder(HolderKind.SLOT, "old")]), "holders"),
    ],
)
def test_what_a_refusal_knows_comes_with_it(error: MinpingError, fact: str) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert str(back) == str(error)
    assert getattr(back, fact) == getattr(error, fact)


def test_a_missing_glyph_is_named_by_its_number() -> None:
    assert "U+1F600" in str(MissingGlyphs("😀"))


def test_many_who_hold_a_database_up_are_named_up_to_a_number() -> None:
    holders = [Holder(HolderKind.SLOT, f"slot-{at}") for at in range(NAMED + 2)]
    said = str(OldReaders(holders))
    assert [f"slot-{at}" in said for at in range(NAMED + 2)] == [True] * NAMED + [False] * 2


def test_an_unknown_campaign_is_named() -> None:
    assert "nowhere" in str(UnknownCampaign("nowhere"))


def test_faults_of_a_definition_stand_with_their_places() -> None:
    faults = [Fault("campaign.title", "must not be empty", Flaw.EMPTY), Fault("", "no table", Flaw.NOT_TABLE)]
    error = InvalidDefinition(faults)
    assert str(error) == "campaign.title: must not be empty; no table"
    assert error.faults == tuple(faults)
