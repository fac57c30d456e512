"""The key of an assessment: what is sealed under it opens with it alone, at its own place alone."""

from pathlib import Path

import pytest

from survey.domain.errors import BadFile, NotesGone
from survey.secrecy import custody
from survey.secrecy.assessment_key import (
    AssessmentKey,
    assessment_key_path,
    destroy_assessment_key,
    key_to_seal_with,
    make_assessment_key,
    read_assessment_key,
)

OF_ANOTHER = '{"format": "minping assessment key 1", "assessment": "z", "seed": "00"}'
SAID = "班子团结，执行力强。".encode()


def test_what_was_sealed_opens_at_its_place_alone() -> None:
    key, other = AssessmentKey("y", b"k" * 32), AssessmentKey("z", b"k" * 32)
    sealed = key.encrypt(SAID, "talk/t1")
    assert key.decrypt(sealed, "talk/t1") == SAID
    assert SAID not in sealed
    for opener, text, place in (
        (key, sealed, "talk/t2"),
        (other, sealed, "talk/t1"),
        (key, sealed[:-1], "talk/t1"),
        (key, b"", "talk/t1"),
    ):
        with pytest.raises(NotesGone):
            opener.decrypt(text, place)


@pytest.mark.parametrize("content", [b"", b"a", b"\x00\x01\x00", b"x" * 1023, b"x" * 1024, b"x\x01"])
def test_every_content_comes_back_and_its_length_tells_little(content: bytes) -> None:
    key = AssessmentKey("y", b"k" * 32)
    assert key.decrypt(key.encrypt(content, "p"), "p") == content
    assert (len(key.encrypt(content, "p")) - 28) % 1024 == 0


def test_a_key_is_made_once_kept_privately_and_destroyed(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    made = key_to_seal_with(keys, "y")
    assert key_to_seal_with(keys, "y") == made == read_assessment_key(keys, "y")
    assert assessment_key_path(keys, "y").stat().st_mode & 0o777 == 0o600
    assert made.seed.hex() not in repr(made)
    with pytest.raises(BadFile):
        make_assessment_key(keys, "y")
    destroy_assessment_key(keys, "y")
    destroy_assessment_key(keys, "y")
    with pytest.raises(NotesGone):
        read_assessment_key(keys, "y")


def test_a_key_that_was_not_written_whole_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_handle: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(custody.os, "fsync", stopped)
        with pytest.raises(KeyboardInterrupt):
            key_to_seal_with(tmp_path, "y")
    assert list(tmp_path.iterdir()) == []
    assert key_to_seal_with(tmp_path, "y") == read_assessment_key(tmp_path, "y")


@pytest.mark.parametrize("content", ["", "{}", "[1]", OF_ANOTHER])
def test_a_key_file_that_is_none_is_not_replaced(tmp_path: Path, content: str) -> None:
    assessment_key_path(tmp_path, "y").write_text(content)
    with pytest.raises(NotesGone):
        key_to_seal_with(tmp_path, "y")
    assert assessment_key_path(tmp_path, "y").read_text() == content
