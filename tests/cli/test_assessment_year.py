"""The sample's year by commands: its campaigns voted at a server, scored, signed, decided, published."""

import json
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from tests.sample_year import SAMPLE, SAMPLE_CODE, campaigns_voted_over_http, expected
from tests.shell import Shell


def _taken(shell: Shell) -> None:
    shell.do("assessment load", SAMPLE / "assessment.toml", "--targets", SAMPLE / "targets.csv")
    shell.do("assessment issue", SAMPLE_CODE)
    shell.do("assessment take", SAMPLE_CODE, SAMPLE / "values.csv", "--accept")
    shell.do("assessment take", SAMPLE_CODE, SAMPLE / "verified.csv", "--as", "verified")
    shell.do("assessment take", SAMPLE_CODE, SAMPLE / "entries.toml")
    shell.do("assessment close", SAMPLE_CODE, "2026-12")


def _json(shell: Shell, *words: str) -> object:
    shell.do("assessment", *words, "--format", "json", "--out", "found.json")
    return json.loads((shell.folder / "found.json").read_text("utf-8"))


def _holds(found: object, wanted: object, where: str = "") -> None:
    """Require that all of what is wanted is found, in its order; more keys may stand beside."""
    if isinstance(wanted, dict):
        assert isinstance(found, dict), where
        for key, value in wanted.items():
            _holds(found[key], value, f"{where}.{key}")
    elif isinstance(wanted, list):
        assert isinstance(found, list), where
        assert len(found) == len(wanted), where
        for place, value in enumerate(wanted):
            _holds(found[place], value, f"{where}[{place}]")
    else:
        assert found == wanted, where


@pytest.mark.slow
def test_the_samples_year(
    each_settings: Settings, each_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(tmp_path, monkeypatch)
    shell.environment["MINPING_DATABASE_URL"] = each_settings.database_url
    campaigns_voted_over_http(each_app)
    _taken(shell)
    shell.do("assessment score", SAMPLE_CODE)
    _holds(_json(shell, "results", SAMPLE_CODE), {"units": expected()["units"]})
    _holds(_json(shell, "standing", SAMPLE_CODE, "2026-05"), {"standing": expected()["standing"]})
