"""Commands take a set-up workbook as they take a definition file with its targets."""

from pathlib import Path

import pytest

from tests.documents.assessment.setup.setup_files import changed, put, sample_workbook
from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.shell import Shell


def test_a_workbook_is_checked_and_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell(tmp_path, monkeypatch)
    shell.do("init")
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(sample_workbook())
    bad.write_bytes(changed(lambda book: put(book, "单位", 4, "考核类别", "城镇") and None))
    assert ", 122 targets" in shell.do("assessment check", good).out
    refused = shell("assessment load", bad)
    assert refused.status == 1
    assert "单位!C4" in refused.err
    assert SAMPLE_CODE in shell.do("assessment load", good).out
    assert shell("assessment load", good, "--targets", SAMPLE / "targets.csv").status == 2
