"""A full disk: a plain answer, nothing lost, no half file, and the same act goes on once there is room."""

from pathlib import Path

import pytest

from survey.documents.export.formats import Audience, offered_to
from survey.domain.operations.job import JobState
from survey.instance import ready_app
from survey.services.voting import slip_jobs
from tests.job import Said, ask, attempt, connected, minping
from tests.jobs import an_account, found, workplace
from tests.jobs import ask as ask_for_slips
from tests.lengths import CHAOS, times

from .small_disk import MOUNTED, SmallDisk
from .stages import ACTS, CODE, JSON, STDIN, Stages, at, go_on, left_alone, vote

pytestmark = pytest.mark.slow

KIB = 1024
ROOM = [0, 96 * KIB, 180 * KIB, *(number * 16 * KIB for number in range(1, times(1, 24)))]
FORMATS = list(offered_to(Audience.COMMAND)) if CHAOS else ["json", "xlsx"]


def refused(said: Said) -> str:
    """Hold that a command was refused in one line."""
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1), said
    assert said.err.startswith("minping: ")
    return said.err


def test_voters_are_told_and_their_codes_stay_good(disk: SmallDisk, stages: Stages) -> None:
    settings = stages.copy("open", disk.folder)
    code, *_ = unused = stages.codes[len(stages.known) :]
    ballot = {"code": code, "r.k": "good"}
    with ready_app(settings, pages=True) as app:
        voter = app.test_client()
        with disk.full():
            answer = voter.post("/v/cast", data=ballot, headers=JSON)
            assert (answer.status_code, answer.get_json()["error"]) == (503, "unavailable")
            page = voter.post("/v/cast", data=ballot)
            assert page.status_code == 503
            assert "您的投票码仍然有效" in page.text
        assert ask(settings, "SELECT count(*) FROM ballots") == len(stages.known)
        assert ask(settings, "SELECT count(*) FROM tokens WHERE spent = 1") == len(stages.known)
        assert voter.post("/v/cast", data=ballot, headers=JSON).status_code == 201
        assert voter.post("/v/cast", data=ballot, headers=JSON).status_code == 409
    assert len(vote(settings, unused[1:])) == len(unused) - 1


@pytest.mark.parametrize("state", [state for state in ACTS if state != "certified"])
@pytest.mark.parametrize("room", ROOM)
def test_an_act_goes_on_once_there_is_room(
    room: int, state: str, disk: SmallDisk, stages: Stages, tmp_path: Path
) -> None:
    before = {"closed": "open", "counted": "closed", "shredded": "certified"}[state]
    settings = stages.copy(before, disk.folder)
    with disk.full(room):
        said = attempt(settings, *ACTS[state], stdin=STDIN)
    if said.status:
        begun = ask(settings, "SELECT state FROM campaigns") != before
        assert ("give the same command again" in refused(said)) == begun
    else:
        assert room > 0
    go_on(settings, stages, state, tmp_path)


@pytest.mark.parametrize("kind", FORMATS)
def test_an_export_is_whole_or_not_there(kind: str, disk: SmallDisk, stages: Stages) -> None:
    settings = stages.settings("counted")
    target = disk.folder / f"results.{kind}"
    order = ("results", CODE, "--format", kind, "--out", target)
    with connected(settings) as other:
        # The database's own journal is there already: what is refused is the file.
        assert other.exec_driver_sql("SELECT count(*) FROM campaigns").scalar() == 1
        with disk.full(), left_alone(disk.folder):
            refused(attempt(settings, *order))
        minping(settings, *order)
        whole = target.read_bytes()
        with disk.full(512), left_alone(disk.folder):
            refused(attempt(settings, *order))
            assert target.read_bytes() == whole
        minping(settings, *order)


def test_a_backup_is_whole_or_not_there(disk: SmallDisk, stages: Stages, tmp_path: Path) -> None:
    settings = stages.copy("open", tmp_path)
    target = disk.folder / "kept.minping"
    for room in (0, 8 * KIB, 64 * KIB):
        with disk.full(room), left_alone(disk.folder):
            refused(attempt(settings, "backup", target))
    acts = minping(settings, "audit", "list", "--json").value
    assert "backup" not in [entry["act"] for entry in acts]
    minping(settings, "backup", target)
    minping(at(tmp_path / "other"), "restore", target)


def test_restoring_can_be_repeated(disk: SmallDisk, stages: Stages, tmp_path: Path) -> None:
    source = stages.copy("open", tmp_path)
    minping(source, "backup", tmp_path / "kept.minping")
    settings = at(disk.folder)
    for room in (0, 8 * KIB, 64 * KIB, 120 * KIB):
        with disk.full(room):
            refused(attempt(settings, "restore", tmp_path / "kept.minping"))
    minping(settings, "restore", tmp_path / "kept.minping")
    assert ask(settings, "SELECT count(*) FROM ballots") == len(stages.known)
    assert ask(settings, "SELECT held FROM campaigns") == 1


def test_codes_are_issued_with_their_list_or_not_at_all(
    disk: SmallDisk, stages: Stages, tmp_path: Path
) -> None:
    settings = stages.copy("armed", tmp_path)
    target = disk.folder / "codes.csv"
    order = ("token", "issue", CODE, "--csv", target)
    with disk.full(), left_alone(disk.folder):
        refused(attempt(settings, *order))
    assert ask(settings, "SELECT count(*) FROM tokens") == 0
    minping(settings, *order)
    assert ask(settings, "SELECT count(*) FROM tokens") == 22
    target.unlink()


@pytest.mark.parametrize("disk", [MOUNTED], indirect=True)  # the limit would hold for the list as well
def test_no_list_is_left_of_codes_that_could_not_be_stored(
    disk: SmallDisk, stages: Stages, tmp_path: Path
) -> None:
    settings = stages.copy("armed", disk.folder)
    with disk.full(), left_alone(tmp_path):
        refused(attempt(settings, "token", "issue", CODE, "--csv", tmp_path / "codes.csv"))
    minping(settings, "token", "issue", CODE, "--csv", tmp_path / "codes.csv")


def test_a_slips_job_fails_plainly_and_leaves_no_codes(
    disk: SmallDisk, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = stages.copy("armed", disk.folder)
    write = slip_jobs.write_private

    def write_where_there_is_little_room(path: Path, content: bytes) -> None:
        with disk.full(4 * KIB):
            write(path, content)

    with ready_app(settings):
        job = ask_for_slips(an_account(), {"A": 24})
        place = workplace()
        with monkeypatch.context() as patched, left_alone(place.folder):
            patched.setattr(slip_jobs, "write_private", write_where_there_is_little_room)
            slip_jobs.run(job.key, place)
        assert (found(job.key).state, found(job.key).fault) == (JobState.FAILED, "NoSpace")
        assert not [path for path in place.folder.iterdir() if path.suffix != ".lock"]
        assert ask(settings, "SELECT count(*) FROM tokens") == 0
        again = ask_for_slips(an_account("another"), {"A": 24})
        slip_jobs.run(again.key, place)
        assert found(again.key).state is JobState.DONE
    assert ask(settings, "SELECT count(*) FROM tokens") == 24
