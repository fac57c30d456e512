"""The look-up of known vulnerabilities: what it makes of each answer, and that it never hangs a build."""

import json
import subprocess
from typing import Any

import pytest

from tests import audit_dependencies

CLEAN = {"name": "flask", "version": "3.1.3", "vulns": []}
FAULTY = {
    "name": "jinja2",
    "version": "2.0",
    "vulns": [{"id": "CVE-0000-1", "fix_versions": ["3.1.6"]}, {"id": "CVE-0000-2", "fix_versions": []}],
}
UNKNOWN = {"name": "pyotp", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        ([CLEAN], 0, "0 known vulnerabilities in 1 packages"),
        ([CLEAN, FAULTY], 1, "jinja2 2.0: CVE-0000-2, mended in no version yet"),
        ([CLEAN, UNKNOWN], 0, "not found: pyotp"),
        ([FAULTY, UNKNOWN], 1, "mended in 3.1.6"),
        ([UNKNOWN, UNKNOWN], 0, "not run"),
        ([], 0, "not run"),
    ],
    ids=["clean", "faulty", "some", "some-faulty", "none", "empty"],
)
def test_judging(
    capsys: pytest.CaptureFixture[str], found: list[dict[str, Any]], status: int, said: str
) -> None:
    assert audit_dependencies.judge(found) == status
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("output", ["", "no JSON", json.dumps({"dependencies": [UNKNOWN]})])
def test_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    answer = subprocess.CompletedProcess((), 1, output, "no network")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    assert audit_dependencies.main() == 0
    assert "not run" in capsys.readouterr().out


def test_too_slow(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(audit_dependencies, "_COMMAND", ("sleep", "60"))
    monkeypatch.setattr(audit_dependencies, "MAX_SECONDS", 0.1)
    assert audit_dependencies.main() == 0
    assert "cannot be reached" in capsys.readouterr().out
