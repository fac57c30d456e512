"""Fixtures of the faults: a campaign in each state, a disk that can be full."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .small_disk import LIMITED, MOUNTED, SmallDisk, small_disk
from .stages import Stages, build


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    return build(tmp_path_factory.mktemp("stages"))


@pytest.fixture(params=[MOUNTED, LIMITED])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(request.param, tmp_path) as made:
        yield made
