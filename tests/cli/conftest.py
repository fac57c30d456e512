from pathlib import Path

import pytest

from tests.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A folder in which commands are given, whatever the caller has set."""
    for name in ("MINPING_ALLOW_HTTP", "MINPING_METRICS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return Shell(tmp_path, monkeypatch)
