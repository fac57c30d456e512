"""A power cut during backup and restore: the file is whole or not there, the instance is whole or empty."""

from pathlib import Path

import pytest

from survey.config import Settings
from tests.job import ask, attempt, minping
from tests.lengths import CHAOS, times

from .killing import killed_at, steps, steps_of
from .stages import CODE, Stages, at
from .test_restore_versions import unpacked

pytestmark = pytest.mark.slow


def test_backup_killed_before_each_step(stages: Stages, tmp_path: Path) -> None:
    for step in steps(times(17, 1)):
        folder = tmp_path / str(step)
        settings = stages.copy("open", folder)
        target = folder / "kept.minping"
        killed = killed_at(settings, ("backup", str(target)), step)
        if target.exists():
            restorable(target, folder, stages)
        else:
            assert killed
            minping(settings, "backup", target)
        minping(settings, "audit", "verify")
        if not killed:
            break
    assert step > 30


def restorable(file: Path, folder: Path, stages: Stages) -> None:
    """Hold that a backup of this name is whole."""
    settings = at(folder / "other")
    minping(settings, "restore", file)
    whole(settings, len(stages.known))


def whole(settings: Settings, ballots: int) -> None:
    """Hold that everything was restored, and that no voter is let in."""
    assert ask(settings, "SELECT count(*) FROM ballots") == ballots
    assert ask(settings, "SELECT count(*) FROM tokens WHERE spent = 1") == ballots
    assert ask(settings, f"SELECT held FROM campaigns WHERE code = '{CODE}'") == 1
    assert ask(settings, "SELECT count(*) FROM audit WHERE act = 'restore'") == 1
    minping(settings, "audit", "verify")


@pytest.mark.parametrize("older", [True, False][: times(1, 2)])
def test_restore_killed_before_each_step(older: bool, stages: Stages, tmp_path: Path) -> None:
    if older:
        file, told = unpacked("0001", tmp_path)
        ballots = len(told["receipts"][CODE]) + len(told["receipts"]["done"])
    else:
        file, ballots = tmp_path / "kept.minping", len(stages.known)
        minping(stages.copy("open", tmp_path / "source"), "backup", file)
    order = ("restore", str(file))
    number, of_files = steps_of(at(tmp_path / "whole"), order)
    assert number > 40
    assert len(of_files) > 8
    # Usually those in which secrets and rows come together, and few of those that make empty tables.
    usually = {40, number - 20, *of_files[-9:], *range(number - 5, number + 1)}
    for step in range(1, number + 1) if CHAOS else sorted(usually):
        settings = at(tmp_path / f"try-{step}")
        assert killed_at(settings, order, step)
        said = attempt(settings, *order)
        # Only what was restored to its end refuses to be restored again.
        assert said.status == 0 or "in use" in said.err, (step, said)
        whole(settings, ballots)
        assert not list(settings.instance.glob("older-backup-*"))
    whole(at(tmp_path / "whole"), ballots)
