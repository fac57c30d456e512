"""M7: what a voter's journey weighs: the bodies of entry, ballot, style, script and receipt, in gzip."""

import argparse
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from survey.config import read_settings
from survey.instance import make_instance, ready_app
from tests import builders

from .setting import Drivers
from .table import Row, alone

_GZIP = {"Accept-Encoding": "gzip"}
TARGETS = {"1 + 10 persons × 6 lines": 22, "146 persons × 1 line": 45}


def measure(_chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Walk one journey of each size with an empty cache; return the kB of each."""
    ballots = (builders.a_team_and(10), builders.EXAMPLES / "college-term.toml")
    found = {}
    for (name, _), ballot in zip(TARGETS.items(), ballots, strict=True):
        settings = read_settings({"MINPING_INSTANCE": str(folder / f"m7-{len(found)}")})
        make_instance(settings)
        with ready_app(settings, pages=True) as app:
            codes = builders.open_campaign(app, ballot)
            found[name] = sum(map(len, _bodies(app.test_client(), next(iter(codes.values()))[0]))) / 1000
    return found


def _bodies(client: FlaskClient, code: str) -> Iterator[bytes]:
    yield client.get("/v", headers=_GZIP).data
    page = client.post("/v/ballot", data={"code": code}, headers=_GZIP).data
    yield page
    for address in sorted(set(re.findall(r'"(/static/[^"]+)"', gzip.decompress(page).decode()))):
        yield client.get(address, headers=_GZIP).data
    # The page's script asks for the receipt alone; the page around it came with the ballot.
    yield client.post("/v/cast", data={"code": code}, headers=_GZIP | {"Accept": "application/json"}).data


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for name, kilobytes in found.items():
        yield alone(f"M7 journey of {name}, kB", f"{kilobytes:.1f}", f"≤ {TARGETS[name]}")
