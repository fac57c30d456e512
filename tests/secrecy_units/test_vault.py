"""The instance's own secrets."""

import json
import stat
from pathlib import Path

import pytest

from survey.domain.errors import BadFile, NotReady
from survey.secrecy.vault import FILE, Vault, keep_vault, load_vault, make_vault, new_vault, read_vault


def test_secrets_are_fresh_and_different() -> None:
    one, other = new_vault(), new_vault()
    keys = [key for vault in (one, other) for key in (vault.token_key, vault.cookie_key, vault.session_key)]
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
        json.dumps(GOOD | {"format": "minping secrets 2"}),
        json.dumps({key: value for key, value in GOOD.items() if key != "session"}),
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
