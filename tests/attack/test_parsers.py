"""Whatever reads what others wrote takes it or refuses it by name, whatever was done to it (R7)."""

import random
from pathlib import Path
from zlib import crc32

import pytest

from survey.domain.errors import MinpingError
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


@pytest.mark.parametrize("name", PARSERS)
def test_what_is_valid_is_read(name: str, tmp_path: Path) -> None:
    """Else the other test would spoil what was never read."""
    for data in PARSERS[name].valid():
        PARSERS[name].read(data, tmp_path)
