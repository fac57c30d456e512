"""One small campaign as it stands after each of its acts, and fresh copies of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from survey.config import Settings, read_settings
from survey.instance import ready_app
from tests.conftest import settings_on
from tests.job import attempt, minping, read_codes, receipts, totals
from tests.shell import DEFINITION, PASSWORD

CODE = "small"
STATES = ("armed", "open", "closed", "counted", "certified", "shredded")
SIGN = ("campaign", "certify", CODE, "--teller", "teller", "--scrutineer", "scrutineer", "--passwords-stdin")
STDIN = f"{PASSWORD}\n{PASSWORD}\n"
ACTS: dict[str, tuple[str, ...]] = {
    "closed": ("campaign", "close", CODE),
    "counted": ("campaign", "count", CODE),
    "certified": SIGN,
    "shredded": ("campaign", "shred", CODE, "--yes"),
}
"""The act that leads to each state."""
BALLOTS = 8
JSON = {"Accept": "application/json"}


@dataclass(frozen=True)
class Stages:
    """Where the campaign lies in each state, its codes, and the receipts of the ballots in its box."""

    folder: Path
    codes: list[str]
    known: list[str]

    def settings(self, state: str) -> Settings:
        return at(self.folder / state)

    def copy(self, state: str, folder: Path) -> Settings:
        """Copy the instance of a state into a folder."""
        shutil.copytree(self.settings(state).instance, folder / "instance", dirs_exist_ok=True)
        return at(folder)


def at(folder: Path) -> Settings:
    return read_settings({"MINPING_INSTANCE": str(folder / "instance")})


def build(folder: Path) -> Stages:
    """Take a campaign through all its states, and keep a copy of each."""
    (folder / "work").mkdir()
    settings = settings_on("sqlite", folder / "work", None)
    definition = folder / "d.toml"
    definition.write_text(DEFINITION)
    for name in ("teller", "scrutineer"):
        order = ("admin", "create", name, "--role", "scrutineer", "--password-stdin")
        minping(settings, *order, stdin=f"{PASSWORD}\n")
    minping(settings, "campaign", "load", definition)
    minping(settings, "campaign", "arm", CODE)
    _keep(settings, folder, "armed")
    minping(settings, "token", "issue", CODE, "--csv", folder / "codes.csv")
    minping(settings, "campaign", "open", CODE)
    codes = read_codes(folder / "codes.csv")["A"]
    known = sorted(vote(settings, codes[:BALLOTS]))
    _keep(settings, folder, "open")
    for state, act in ACTS.items():
        minping(settings, *act, stdin=STDIN)
        _keep(settings, folder, state)
    return Stages(folder, codes, known)


def _keep(settings: Settings, folder: Path, state: str) -> None:
    shutil.copytree(settings.instance, folder / state / "instance")


def vote(settings: Settings, codes: list[str]) -> list[str]:
    """Cast a ballot with each code; return the receipts."""
    with ready_app(settings, pages=True) as app:
        voter = app.test_client()
        answers = [voter.post("/v/cast", data={"code": code, "r.k": "good"}, headers=JSON) for code in codes]
        assert {answer.status_code for answer in answers} <= {201}
        return [str(answer.get_json()["receipt"]) for answer in answers]


def go_on(settings: Settings, stages: Stages, state: str, folder: Path) -> None:
    """Take an act again where it was stopped, then all that follow: the accounting is what it was to be."""
    rest = list(ACTS)[list(ACTS).index(state) :]
    for number, later in enumerate(rest):
        said = attempt(settings, *ACTS[later], stdin=STDIN)
        # What was done whole before the last words could be said refuses to be done again, or is compared.
        done_before = number == 0 and f"is {later}" in said.err
        assert said.status == 0 or done_before, said
    accounted(settings, stages, folder)


def accounted(settings: Settings, stages: Stages, folder: Path) -> None:
    """Every ballot is counted once, and the log holds."""
    total = totals(settings, CODE, folder)
    named = ("issued", "returned", "valid", "unreadable")
    assert [total[name] for name in named] == [22, len(stages.known), len(stages.known), 0]
    assert receipts(settings, CODE) == stages.known
    minping(settings, "audit", "verify")


@contextmanager
def left_alone(*folders: Path) -> Iterator[None]:
    """Hold that no file comes, goes or is half written in a block."""
    before = _files(folders)
    yield
    assert _files(folders) == before


def _files(folders: tuple[Path, ...]) -> set[Path]:
    passing = ("-wal", "-shm", "-journal")
    return {
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(passing)
    }
