"""Whatever reads what others wrote takes it or refuses it by name, whatever was done to it (R7)."""

import random
from pathlib import Path
from zlib import crc32

import pytest
from shamir_mnemonic import generate_mnemonics

from survey.domain.errors import BadShare, MinpingError
from survey.secrecy.custody import combine
from survey.secrecy.share_input import read_share
from tests.attack.parsers import PARSERS
from tests.lengths import CHAOS


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.slow
def test_what_is_spoilt_is_refused_by_name(name: str, tmp_path: Path) -> None:
    parser = PARSERS[name]
    dice = random.Random(crc32(name.encode()))
    for number in range(parser.usually * (50 if CHAOS else 1)):
        data = parser.spoilt(dice)
        try:
            parser.read(data, tmp_path)
        except MinpingError:
            continue
        except Exception as error:
            raise AssertionError(f"{name}, number {number}: {data[:3000]!r}") from error


@pytest.mark.parametrize("name", ["key file", "secrets", "definition", "draft"])
def test_what_is_nested_without_end_is_refused_by_name(name: str, tmp_path: Path) -> None:
    for data in (b"[" * 100_000, b'{"format": ' * 50_000, b"a = " + b"[" * 100_000):
        with pytest.raises(MinpingError):
            PARSERS[name].read(data, tmp_path)


def test_a_share_that_would_take_minutes_is_refused() -> None:
    """SLIP-39 lets a share ask for ten thousand rounds times two to the fifteenth."""
    [[slow]] = generate_mnemonics(1, [(1, 1)], bytes(32), iteration_exponent=2)
    for read in (read_share, lambda text: combine([text])):
        with pytest.raises(BadShare, match="not made here"):
            read(slow)


@pytest.mark.parametrize("name", PARSERS)
def test_what_is_valid_is_read(name: str, tmp_path: Path) -> None:
    """Else the other test would spoil what was never read."""
    for data in PARSERS[name].valid():
        PARSERS[name].read(data, tmp_path)
