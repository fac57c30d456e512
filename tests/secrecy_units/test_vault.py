"""The instance's own secrets."""

import json
import stat
from pathlib import Path

import pytest

from survey.domain.errors import BadFile, NotReady
from survey.secrecy.vault import (
    FILE,
    OFFICE_FILE,
    Vault,
    drop_session_key,
    keep_vault,
    load_session_key,
    load_vault,
    make_session_key,
    make_vault,
    new_vault,
    read_vault,
    renew_session_key,
)


def test_secrets_are_fresh_and_different() -> None:
    one, other = new_vault(), new_vault()
    keys = [key for vault in (one, other) for key in (vault.token_key, vault.cookie_key, vault.link_key)]
    assert len(set(keys)) == 6
    assert {len(key) for key in keys} == {32}


def test_written_and_read_back() -> None:
    vault = new_vault()
    assert read_vault(vault.as_json()) == vault


def test_made_once(tmp_path: Path) -> None:
    vault = make_vault(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert make_vault(tmp_path) == load_vault(tmp_path) == vault


def test_kept_only_where_there_are_none(tmp_path: Path) -> None:
    vault = make_vault(tmp_path)
    with pytest.raises(BadFile):
        keep_vault(tmp_path, new_vault())
    assert load_vault(tmp_path) == vault


def test_an_instance_without_secrets(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="minping init"):
        load_vault(tmp_path)


GOOD = json.loads(Vault(b"a" * 32, b"b" * 32, b"c" * 32).as_json())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        json.dumps(GOOD | {"format": "minping secrets 3"}),
        json.dumps({key: value for key, value in GOOD.items() if key != "link"}),
        json.dumps(GOOD | {"token": "xyz"}),
        json.dumps(GOOD | {"token": 3}),
        json.dumps(GOOD)[:-10],
        json.dumps(GOOD | {"token": ""}),
    ],
)
def test_what_does_not_hold_secrets(text: str) -> None:
    with pytest.raises(BadFile):
        read_vault(text)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadFile):
        load_vault(tmp_path)


# The office's own


def test_sessions_have_a_file_of_their_own(tmp_path: Path) -> None:
    make_vault(tmp_path)
    key = load_session_key(tmp_path)
    assert key is not None
    assert stat.S_IMODE((tmp_path / OFFICE_FILE).stat().st_mode) == 0o600
    assert key.hex() not in (tmp_path / FILE).read_text()
    make_vault(tmp_path)
    make_session_key(tmp_path)
    assert load_session_key(tmp_path) == key
    renew_session_key(tmp_path)
    assert load_session_key(tmp_path) not in (key, None)


def test_a_node_for_voters_stays_one(tmp_path: Path) -> None:
    make_vault(tmp_path)
    drop_session_key(tmp_path)
    make_vault(tmp_path)
    assert load_session_key(tmp_path) is None
    make_session_key(tmp_path)
    assert load_session_key(tmp_path) is not None


FORMER = {"format": "minping secrets 1", "token": "0a" * 32, "cookie": "0b" * 32, "session": "0c" * 32}


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_file_of_an_earlier_version_is_split(tmp_path: Path, interrupted: bool) -> None:
    """Codes, cookies and links go on; sessions get a key that is in no old backup."""
    (tmp_path / FILE).write_text(json.dumps(FORMER))
    with pytest.raises(NotReady, match="minping init"):
        load_vault(tmp_path)
    if interrupted:
        make_session_key(tmp_path)
    before = load_session_key(tmp_path)
    vault = make_vault(tmp_path)
    assert vault == Vault(b"\n" * 32, b"\x0b" * 32, b"\x0c" * 32) == load_vault(tmp_path)
    assert load_session_key(tmp_path) not in (None, vault.link_key)
    assert load_session_key(tmp_path) == before or not interrupted


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps(GOOD), '{"format": "minping office secrets 1"}'])
def test_what_does_not_hold_the_offices(tmp_path: Path, text: str) -> None:
    (tmp_path / OFFICE_FILE).write_text(text)
    with pytest.raises(BadFile, match=OFFICE_FILE):
        load_session_key(tmp_path)


def test_the_fingerprint_tells_secrets_apart_and_says_nothing_of_them() -> None:
    one = Vault(b"a" * 32, b"b" * 32, b"c" * 32)
    others = [Vault(b"x" * 32, b"b" * 32, b"c" * 32), Vault(b"a" * 32, b"x" * 32, b"c" * 32)]
    others += [Vault(b"a" * 32, b"b" * 32, b"x" * 32), Vault(b"b" * 32, b"a" * 32, b"c" * 32), new_vault()]
    assert len({vault.fingerprint() for vault in (one, *others)}) == 6
    assert len(one.fingerprint()) == 32
    assert not any(key in one.fingerprint() for key in (b"aaaa", b"bbbb", b"cccc"))
    assert one.fingerprint() == Vault(b"a" * 32, b"b" * 32, b"c" * 32).fingerprint()
