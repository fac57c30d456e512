"""The key of a ceremony: one at a time, in a file of its own, gone at the end."""

import secrets
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.domain.errors import StalePage
from survey.secrecy import ceremony
from survey.secrecy.ceremony import FOLDER, MAX_DURATION, begin, end, going_on, key_of, sweep

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
NAME = "arm.small"


def begun(instance: Path, name: str = NAME) -> bytes:
    secret = secrets.token_bytes(32)
    begin(instance, name, secret, AT + MAX_DURATION)
    return secret


def test_the_same_key_until_the_end(tmp_path: Path) -> None:
    secret = begun(tmp_path)
    key = key_of(tmp_path, NAME, secret, AT)
    assert len(key) == 32
    assert key_of(tmp_path, NAME, secret, AT + MAX_DURATION) == key
    [file] = (tmp_path / FOLDER).iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert secret.hex() not in file.read_text()
    end(tmp_path, NAME)
    assert list((tmp_path / FOLDER).iterdir()) == []
    with pytest.raises(StalePage):
        key_of(tmp_path, NAME, secret, AT)


def test_what_is_destroyed_is_written_over(tmp_path: Path) -> None:
    """A second name for the file shows what is left where it lay: after an end, and after a new beginning."""
    for act in (lambda: end(tmp_path, NAME), lambda: begun(tmp_path)):
        key = key_of(tmp_path, NAME, begun(tmp_path), AT)
        left = tmp_path / secrets.token_hex(4)
        [file] = (tmp_path / FOLDER).iterdir()
        left.hardlink_to(file)
        assert key.hex().encode() in left.read_bytes(), "control"
        act()
        assert key.hex().encode() not in left.read_bytes()
        assert b"minping" not in left.read_bytes()


def test_a_new_beginning_ends_the_one_before(tmp_path: Path) -> None:
    first, other = begun(tmp_path), begun(tmp_path, "arm.other")
    second = begun(tmp_path)
    with pytest.raises(StalePage) as refused:
        key_of(tmp_path, NAME, first, AT)
    assert refused.value.why == "foreign"
    end(tmp_path, NAME, first)  # whose ceremony is over ends nobody else's
    assert key_of(tmp_path, NAME, second, AT) != key_of(tmp_path, "arm.other", other, AT)
    assert going_on(tmp_path) == ["arm.other", NAME]
    end(tmp_path, NAME, second)
    assert going_on(tmp_path) == ["arm.other"]


@pytest.mark.parametrize("late", [MAX_DURATION + timedelta(seconds=1), -MAX_DURATION - timedelta(hours=1)])
def test_it_ends_by_itself(tmp_path: Path, late: timedelta) -> None:
    """After its time, and where the clock was set back far: it is not to last longer by that."""
    secret = begun(tmp_path)
    sweep(tmp_path, AT + MAX_DURATION)
    assert going_on(tmp_path) == [NAME]
    with pytest.raises(StalePage) as refused:
        key_of(tmp_path, NAME, secret, AT + late)
    assert refused.value.why == "expired"
    assert going_on(tmp_path) == []
    begun(tmp_path)
    sweep(tmp_path, AT + late)
    assert list((tmp_path / FOLDER).iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"format": "minping ceremony 1", "key": "00"']
)
def test_what_is_damaged_or_half_written_is_swept(tmp_path: Path, content: bytes) -> None:
    secret = begun(tmp_path)
    [file] = (tmp_path / FOLDER).iterdir()
    file.write_bytes(content)
    (tmp_path / FOLDER / "arm.small.key.1234.part").write_bytes(content)
    with pytest.raises(StalePage):
        key_of(tmp_path, NAME, secret, AT)
    sweep(tmp_path, AT)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_nothing_to_sweep_makes_no_folder(tmp_path: Path) -> None:
    sweep(tmp_path, AT)
    assert going_on(tmp_path) == []
    assert not (tmp_path / FOLDER).exists()


def test_of_many_who_begin_at_once_one_goes_on(tmp_path: Path) -> None:
    ready = threading.Barrier(8)
    held: list[bytes] = []

    def person() -> None:
        ready.wait(60)
        for _ in range(5):
            held.append(begun(tmp_path))

    people = [threading.Thread(target=person) for _ in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(held) == 40
    assert sum(_goes_on(tmp_path, secret) for secret in held) == 1
    assert [path.name for path in (tmp_path / ceremony.FOLDER).iterdir()] == [f"{NAME}.key"]


def _goes_on(instance: Path, secret: bytes) -> bool:
    try:
        return len(key_of(instance, NAME, secret, AT)) == 32
    except StalePage:
        return False
