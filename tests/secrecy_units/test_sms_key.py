"""The SMS key: numbers sealed, pseudonyms that nobody finds without it, and its end."""

import stat
from pathlib import Path

import pytest

from survey.domain.errors import BadFile, SmsKeyLost
from survey.secrecy.sms_key import (
    SmsKey,
    destroy_sms_key,
    make_sms_key,
    opt_out_digest,
    read_sms_key,
    sms_key_path,
)

NUMBER = "+8613800000001"


def test_a_number_is_sealed_for_its_row(tmp_path: Path) -> None:
    key = make_sms_key(tmp_path, "hotline")
    pseudonym = key.pseudonym_of(NUMBER)
    sealed = key.encrypt(NUMBER, pseudonym)
    assert key.decrypt(sealed, pseudonym) == NUMBER
    assert NUMBER.encode() not in sealed
    assert key.encrypt(NUMBER, pseudonym) != sealed
    assert len(key.encrypt("+861", pseudonym)) == len(sealed)
    with pytest.raises(SmsKeyLost):
        key.decrypt(sealed, key.pseudonym_of("+8613800000002"))


def test_each_purpose_and_each_campaign_has_another_digest() -> None:
    seed = bytes(range(32))
    key, other = SmsKey("a", seed), SmsKey("b", seed)
    made = {key.pseudonym_of("x"), key.seen_digest("x"), key.receipt_digest("x"), other.pseudonym_of("x")}
    assert len(made) == 4
    assert key.seen_digest("a", "b") != key.seen_digest("ab")
    assert opt_out_digest(b"1", NUMBER) != opt_out_digest(b"2", NUMBER)


def test_a_messages_name_is_its_own_and_leads_to_no_digest_of_it() -> None:
    key, other = SmsKey("a", bytes(32)), SmsKey("b", bytes(32))
    pseudonym = key.pseudonym_of(NUMBER)
    named = [
        one.reference_of(kind, pseudonym, number)
        for one in (key, other)
        for kind in ("help", "invitation")
        for number in (1, 2)
    ]
    assert len(set(named)) == 8
    assert key.reference_of("help", pseudonym, 1) == named[0]
    assert {len(one) for one in named} == {16}
    assert bytes.fromhex(named[0]) not in key.receipt_digest(named[0])


def test_the_file_is_its_owners_alone_and_read_back(tmp_path: Path) -> None:
    key = make_sms_key(tmp_path, "hotline")
    path = sms_key_path(tmp_path, "hotline")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_sms_key(tmp_path, "hotline") == key
    assert key.seed.hex() not in repr(key)
    with pytest.raises(BadFile):
        make_sms_key(tmp_path, "hotline")


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"format": "minping sms key 1", "campaign": "x", "seed": "00"}']
)
def test_what_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    sms_key_path(tmp_path, "x").write_text(content)
    with pytest.raises(BadFile):
        read_sms_key(tmp_path, "x")


def test_another_campaigns_key_is_refused(tmp_path: Path) -> None:
    make_sms_key(tmp_path, "one")
    sms_key_path(tmp_path, "one").rename(sms_key_path(tmp_path, "two"))
    with pytest.raises(BadFile):
        read_sms_key(tmp_path, "two")


def test_destroyed_it_is_gone(tmp_path: Path) -> None:
    make_sms_key(tmp_path, "hotline")
    destroy_sms_key(tmp_path, "hotline")
    destroy_sms_key(tmp_path, "hotline")
    with pytest.raises(SmsKeyLost):
        read_sms_key(tmp_path, "hotline")
