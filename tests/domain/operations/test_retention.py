"""Who keeps a database from forgetting, in English, with what ends it."""

import pytest

from survey.domain.operations.retention import Holder, HolderKind


@pytest.mark.parametrize("kind", HolderKind)
def test_every_kind_has_a_whole_sentence(kind: HolderKind) -> None:
    said = str(Holder(kind, "name-77", "office"))
    assert "{" not in said
    assert ("name-77" in said) is (kind is not HolderKind.UNKNOWN)


def test_each_is_told_with_what_ends_it() -> None:
    session = str(Holder(HolderKind.SESSION, "4711", "office"))
    assert 'process 4711 in database "office"' in session
    assert "SELECT pg_terminate_backend(4711)" in session
    assert "SELECT pg_drop_replication_slot('old')" in str(Holder(HolderKind.SLOT, "old"))
    prepared = str(Holder(HolderKind.PREPARED, "gid", "office"))
    assert '"gid" in database "office"' in prepared
    assert "ROLLBACK PREPARED" in prepared
