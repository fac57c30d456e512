"""Whatever a test of this room asks is asked both ways."""

import pytest

from .both_ways import compare


@pytest.fixture(autouse=True)
def _both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    compare(monkeypatch)
