"""The sealed box: only its key opens what was sealed to it, and only unchanged."""

import random

import pytest

from survey.secrecy.box import ENCAPSULATION_BYTES, SEED_BYTES, BoxKey, Slot, box_info, new_seed

SEED = bytes(range(32))
KEY = BoxKey(SEED)
INFO = box_info("town", "sha256:00")
SLOT = Slot(KEY.public_bytes(), INFO)
BALLOT = b"ballot " * 30
SEALED = SLOT.seal(BALLOT)


@pytest.mark.parametrize("content", [b"", b"x", BALLOT, bytes(100_000)])
def test_what_is_sealed_can_be_opened(content: bytes) -> None:
    assert KEY.open(SLOT.seal(content), INFO) == content


def test_sealing_twice_gives_two_different_ballots_of_one_length() -> None:
    sealed = [SLOT.seal(BALLOT) for _ in range(20)]
    assert len(set(sealed)) == 20
    assert len({one[:ENCAPSULATION_BYTES] for one in sealed}) == 20
    assert {len(one) for one in sealed} == {ENCAPSULATION_BYTES + len(BALLOT) + 16}


def test_a_sealed_ballot_does_not_hold_its_content() -> None:
    assert b"ballot" not in SEALED


def test_another_key_does_not_open() -> None:
    assert BoxKey(new_seed()).open(SEALED, INFO) is None


@pytest.mark.parametrize(
    "info", [b"", box_info("town2", "sha256:00"), box_info("town", "sha256:01"), INFO + b"\0"]
)
def test_another_campaign_or_definition_does_not_open(info: bytes) -> None:
    assert KEY.open(SEALED, info) is None


def test_the_campaigns_code_and_digest_cannot_run_together() -> None:
    assert box_info("a", "bc") != box_info("ab", "c")


@pytest.mark.parametrize("length", [0, 1, 32, 1088, ENCAPSULATION_BYTES, len(SEALED) - 1])
def test_a_truncated_ballot_does_not_open(length: int) -> None:
    assert KEY.open(SEALED[:length], INFO) is None


def test_a_lengthened_ballot_does_not_open() -> None:
    assert KEY.open(SEALED + b"\0", INFO) is None
    assert KEY.open(b"\0" + SEALED, INFO) is None


def test_a_changed_bit_anywhere_is_found() -> None:
    rng = random.Random(5)
    for _ in range(80):
        bit = rng.randrange(8 * len(SEALED))
        changed = bytearray(SEALED)
        changed[bit // 8] ^= 1 << bit % 8
        assert KEY.open(bytes(changed), INFO) is None


@pytest.mark.parametrize("garbage", [b"", b"\0" * 2000, b"\xff" * 1200, b"SQLite"])
def test_garbage_does_not_open(garbage: bytes) -> None:
    assert KEY.open(garbage, INFO) is None


def test_the_key_follows_from_the_seed() -> None:
    assert BoxKey(SEED).public_bytes() == KEY.public_bytes()
    assert BoxKey(SEED).open(SEALED, INFO) == BALLOT
    assert BoxKey(SEED[::-1]).public_bytes() != KEY.public_bytes()
    assert len(KEY.public_bytes()) == 1184 + 32


def test_the_key_of_a_seed_is_the_same_in_every_version() -> None:
    # Shares and key files hold the seed; a change here would lose every box that is not counted yet.
    from hashlib import sha256

    assert sha256(KEY.public_bytes()).hexdigest() == PUBLIC_KEY_OF_SEED


PUBLIC_KEY_OF_SEED = "fe32c1f2ae4d1d61492d7f815879da5c38f0a1d6751693df1ffe832a77f6aef0"


def test_seeds_are_fresh() -> None:
    seeds = {new_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert {len(seed) for seed in seeds} == {SEED_BYTES}


@pytest.mark.parametrize("public", [b"", b"\0" * 100, KEY.public_bytes()[:-1], KEY.public_bytes() + b"\0"])
def test_a_public_key_of_another_length_is_none(public: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Slot(public, INFO)
