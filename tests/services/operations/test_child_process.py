"""A process beside: what it knows and what it leaves behind."""

import pickle
import sys
from pathlib import Path

import pytest

from survey.services.operations import child_process

TELLING = """
import os, resource


def work():
    names = sorted(name for name in os.environ if name.startswith(("MINPING_", "PG")))
    print(names, resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_it_has_no_settings_and_leaves_no_image_of_its_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "telling.py").write_text(TELLING)
    monkeypatch.setenv("MINPING_DATABASE_URL", "postgresql://minping:secret@db/minping")
    monkeypatch.setenv("PGPASSWORD", "secret")
    process = child_process.start("telling", session=False)
    pickle.dump([str(tmp_path), *sys.path], child_process.pipe_of(process.stdin))
    child_process.pipe_of(process.stdin).flush()
    said = child_process.pipe_of(process.stdout).read()
    child_process.end(process)
    assert said == b"[] (0, 0)\n"
    assert process.returncode == 0
