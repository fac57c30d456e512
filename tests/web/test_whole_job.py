"""The whole job over the command line and HTTP: results equal to an independent count, exactly."""

import json
import random
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from survey.config import Settings
from survey.secrecy.receipt import new_receipt
from tests.builders import EXAMPLES
from tests.conftest import settings_on
from tests.job import (
    Ballots,
    Said,
    Voter,
    attempt_process,
    minping,
    read_codes,
    receipts,
    write_codes,
)
from tests.oracle import generate
from tests.oracle.count import count
from tests.serving import Served, served

pytestmark = pytest.mark.slow

SAMPLES = ("town-annual", "one-report-two-reviews", "college-term", "public-satisfaction")
SEEDS = (1, 2, 3, 5, 8, 13, 21, 34)
TELLERS = {"teller-wang": "a long enough passphrase 1", "scrutineer-li": "a long enough passphrase 2"}


@dataclass
class Job:
    """One campaign on its way, with what its organisers and voters know of it."""

    settings: Settings
    served: Served
    folder: Path
    definition: dict[str, Any]
    ballots: Ballots
    issued: dict[str, int] = field(default_factory=dict)
    voided: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return str(self.definition["campaign"]["code"])

    def run(self, *arguments: str | Path, stdin: str = "") -> Said:
        return minping(self.settings, *arguments, stdin=stdin)

    def voter(self) -> Voter:
        return Voter(self.served.host, self.served.port)

    def results(self, name: str = "results.json") -> dict[str, Any]:
        out = self.folder / f"{self.code}-{name}"
        self.run("results", self.code, "--format", "json", "--out", out)
        value: dict[str, Any] = json.loads(out.read_text())
        assert value.pop("definition").startswith("sha256:")
        return value

    def expected(self, state: str = "counted") -> dict[str, Any]:
        return count(self.definition, self.ballots, self.issued, self.voided, self.present, state)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Served]]:
    settings = settings_on("sqlite", tmp_path_factory.mktemp("whole"), None)
    with served(settings) as running:
        yield settings, running


def prepared(where: tuple[Settings, Served], folder: Path, source: str, seed: int) -> Job:
    """Load and arm a campaign, issue its codes and open it; voters' ballots are drawn from the seed."""
    definition = tomllib.loads(source, parse_float=Decimal)
    job = Job(*where, folder, definition, generate.ballots(random.Random(seed), definition))
    path = folder / "definition.toml"
    path.write_text(source)
    job.run("campaign", "check", path)
    job.run("campaign", "load", path)
    return job


def issue(job: Job) -> dict[str, list[str]]:
    """Issue the codes that the definition plans, and enough for the other groups."""
    codes: dict[str, list[str]] = {}
    groups = job.definition["groups"]
    wanted = Counter(group for group, _ in job.ballots)
    orders = [("--group", group["key"], "--count", str(wanted[group["key"]] + 2)) for group in groups]
    orders = [order for order, group in zip(orders, groups, strict=True) if "issue" not in group]
    if any("issue" in group for group in groups):
        orders.append(())  # type: ignore[arg-type]
    for number, order in enumerate(orders):
        path = job.folder / f"codes-{number}.csv"
        job.run("token", "issue", job.code, *order, "--csv", path)
        assert path.stat().st_mode & 0o777 == 0o600
        for group, found in read_codes(path).items():
            codes.setdefault(group, []).extend(found)
    job.issued = {group: len(found) for group, found in codes.items()}
    return codes


def vote(job: Job, codes: dict[str, list[str]]) -> dict[str, list[str]]:
    """Cast every ballot over HTTP, some with receipts of the voter's own; return the codes left over."""
    left = {group: list(found) for group, found in codes.items()}
    with job.voter() as voter:
        for number, (group, fields) in enumerate(job.ballots):
            code = left[group].pop()
            own = {"receipt": new_receipt(), "pad": "x" * 40} if number % 2 else {}
            status, answer = voter.post("/v/cast", {**fields, **own, "code": code})
            assert status == 201, (answer, fields)
            assert answer["receipt"] == own.get("receipt", answer["receipt"])
            job.receipts.append(answer["receipt"])
    return left


def vote_openly(job: Job) -> None:
    """Cast every ballot of an open campaign, each from a device of its own; some never send theirs."""
    path = f"/o/{job.code}"
    for _, fields in job.ballots:
        with job.voter() as device:
            first, again = (device.post(path, {}) for _ in range(2))
            assert first[0] == 200
            assert first == again  # the same code while it is unused
            status, answer = device.post("/v/cast", {**fields, "code": first[1]["code"]})
            assert status == 201, answer
            job.receipts.append(answer["receipt"])
            assert device.post(path, {})[0] == 409
    for _ in range(3):
        with job.voter() as device:
            assert device.post(path, {})[0] == 200
    job.issued = {job.definition["groups"][0]["key"]: len(job.ballots) + 3}


def hold(job: Job) -> None:
    """Take a loaded campaign to its votes."""
    job.run("campaign", "arm", job.code)
    if job.definition["campaign"].get("entry") == "open":
        job.run("campaign", "open", job.code)
        vote_openly(job)
        return
    codes = issue(job)
    job.run("campaign", "open", job.code)
    vote(job, codes)


def finish(job: Job, *shares: str | Path) -> None:
    """Close and count, and compare with what the voters know and with the independent count."""
    turnout = job.run("turnout", job.code, "--json").value
    job.run("campaign", "close", job.code)
    assert job.run("turnout", job.code, "--json").value == turnout == expected_turnout(job)
    job.run("campaign", "count", job.code, *shares)
    assert job.results() == job.expected()
    assert receipts(job.settings, job.code) == sorted(job.receipts)


def expected_turnout(job: Job) -> dict[str, Any]:
    returned = Counter(group for group, _ in job.ballots)
    keys = [group["key"] for group in job.definition["groups"]]
    groups = [
        {
            "group": key,
            "issued": job.issued.get(key, 0),
            "voided": job.voided.get(key, 0),
            "returned": returned[key],
        }
        for key in keys
    ]
    names = ("issued", "voided", "returned")
    return {"groups": groups, "total": {name: sum(group[name] for group in groups) for name in names}}


@pytest.mark.parametrize("sample", SAMPLES)
def test_sample_is_counted_as_by_hand(
    sample: str, on_sqlite: tuple[Settings, Served], tmp_path: Path
) -> None:
    job = prepared(on_sqlite, tmp_path, (EXAMPLES / f"{sample}.toml").read_text(), seed=len(sample))
    hold(job)
    finish(job)


@pytest.mark.parametrize("seed", SEEDS)
def test_generated_campaign_is_counted_as_by_hand(
    seed: int, on_sqlite: tuple[Settings, Served], tmp_path: Path
) -> None:
    job = prepared(on_sqlite, tmp_path, generate.definition(random.Random(seed), schedule=True), seed)
    hold(job)
    finish(job)


def test_samples_on_postgresql(postgres: Any, tmp_path: Path) -> None:
    settings = settings_on("postgresql", tmp_path, postgres)
    with served(settings) as running:
        for number, sample in enumerate(("town-annual", "public-satisfaction")):
            source = (EXAMPLES / f"{sample}.toml").read_text()
            job = prepared((settings, running), tmp_path, source, seed=number)
            hold(job)
            finish(job)
        job = prepared((settings, running), tmp_path, generate.definition(random.Random(55)), seed=55)
        hold(job)
        finish(job)
    minping(settings, "audit", "verify")


def test_with_scrutineers_voided_slips_and_persons_present(
    database: str, tmp_path: Path, request: Any
) -> None:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    settings = settings_on(database, tmp_path, server)
    with served(settings) as running:
        source = (EXAMPLES / "town-annual.toml").read_text()
        job = prepared((settings, running), tmp_path, source, seed=7)
        shares = tmp_path / "shares"
        custody = ("--custody", "scrutineers", "--shares", "3", "--threshold", "2", "--shares-dir", shares)
        job.run("campaign", "arm", job.code, *custody)
        assert not list(settings.keys.iterdir())
        codes = issue(job)
        job.run("campaign", "open", job.code)
        left = vote(job, codes)
        void_leftovers(job, codes, left)
        for group in ("A", "B", "C"):
            job.present[group] = job.issued[group] - job.voided[group]
            job.run("campaign", "present", job.code, "--group", group, "--number", str(job.present[group]))
        named = [part for path in sorted(shares.glob("*.txt"))[::2] for part in ("--share-file", path)]
        finish(job, *named)
        recount = job.run("campaign", "count", job.code, "--json", *named).value
        assert recount["recount"] is True
    certify_and_shred(job)


def void_leftovers(job: Job, codes: dict[str, list[str]], left: dict[str, list[str]]) -> None:
    """Void half of the leftover codes, with a spent one among them, and twice."""
    leftover = [(group, code) for group, found in left.items() for code in found[::2]]
    spent = next((g, c) for g, found in codes.items() for c in found if c not in left[g])
    path = write_codes(job.folder / "leftover.csv", [spent, *leftover])
    said = job.run("token", "void", job.code, "--csv", path, "--json")
    assert said.value["voided"] == len(leftover)
    assert said.value["spent"] == [spent[1]]
    assert spent[1] in said.err
    assert job.run("token", "void", job.code, "--csv", path, "--json").value["before"] == len(leftover)
    job.voided = dict(Counter(group for group, _ in leftover))
    with job.voter() as voter:
        status, answer = voter.post("/v/cast", {"code": leftover[0][1]})
    assert (status, answer["error"]) == (404, "unknown-code")


def certify_and_shred(job: Job) -> None:
    """Sign with two accounts and shred, as processes of their own; the results stay but for their state."""
    for name, password in TELLERS.items():
        order = ("admin", "create", name, "--role", "scrutineer", "--password-stdin")
        job.run(*order, stdin=f"{password}\n")
    teller, scrutineer = TELLERS
    sign = ("campaign", "certify", job.code, "--teller", teller, "--scrutineer", scrutineer)
    said = attempt_process(
        job.settings, *sign, "--passwords-stdin", stdin="".join(f"{p}\n" for p in TELLERS.values())
    )
    assert said.status == 0, said
    assert job.results() == job.expected("certified")
    said = attempt_process(job.settings, "campaign", "shred", job.code, "--yes")
    assert said.status == 0, said
    assert job.results() == job.expected("shredded")
    assert receipts(job.settings, job.code) == sorted(job.receipts)
    job.run("audit", "verify")


def test_every_step_as_a_process(tmp_path: Path) -> None:
    """The same job with nothing shared but the disk."""
    settings = settings_on("sqlite", tmp_path, None)
    source = tmp_path / "definition.toml"
    source.write_text((EXAMPLES / "one-report-two-reviews.toml").read_text())

    def run(*arguments: str | Path) -> Said:
        said = attempt_process(settings, *arguments)
        assert said.status == 0, said
        return said

    definition = tomllib.loads(source.read_text(), parse_float=Decimal)
    ballots = generate.ballots(random.Random(3), definition)
    code = str(definition["campaign"]["code"])
    run("campaign", "load", source)
    run("campaign", "arm", code)
    run("token", "issue", code, "--csv", tmp_path / "codes.csv")
    codes = read_codes(tmp_path / "codes.csv")
    with served(settings) as running:
        run("campaign", "open", code)
        job = Job(settings, running, tmp_path, definition, ballots, {g: len(c) for g, c in codes.items()})
        vote(job, codes)
        run("campaign", "close", code)
    run("campaign", "count", code)
    assert job.results() == job.expected()
    assert run("receipts", code).out.split() == sorted(job.receipts)
