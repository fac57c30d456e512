"""Who keeps PostgreSQL from forgetting, in words for the office."""

import pytest

from survey.domain.errors import OldReaders
from survey.domain.operations.retention import NAMED, Holder, HolderKind
from survey.web.admin.words.retention import held_up
from tests.web.spoken import is_said


@pytest.mark.parametrize("kind", HolderKind)
def test_every_kind_is_named_with_what_to_do(language: str, kind: HolderKind) -> None:
    said = held_up(OldReaders([Holder(kind, "name-77", "office")]))
    assert is_said(said, language)
    assert ("name-77" in said) is (kind is not HolderKind.UNKNOWN)
    assert ("office" in said) is (kind in (HolderKind.SESSION, HolderKind.PREPARED))


def test_many_are_named_up_to_a_number(chinese: None) -> None:
    holders = [Holder(HolderKind.SLOT, f"slot-{at}") for at in range(NAMED + 2)]
    said = held_up(OldReaders(holders)).split("；")
    assert len(said) == NAMED + 1
    assert said[-1] == "另有 2 处"
    assert "另有" not in held_up(OldReaders(holders[:NAMED]))
