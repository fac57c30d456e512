"""Commands that are refused: one line, exit 1, and nothing on disk is changed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from survey.config import Settings
from survey.documents.layout.qr import png
from survey.instance import ready_app
from tests.builders import EXAMPLES
from tests.conftest import settings_on
from tests.job import attempt, attempt_process, dump, minping, read_codes

pytestmark = pytest.mark.slow

CODE = "one-report-two-reviews"
SOURCE = EXAMPLES / f"{CODE}.toml"
PASSWORDS = {"teller": "a long enough passphrase 1", "scrutineer": "a long enough passphrase 2"}
STATES = ("draft", "armed", "open", "closed", "counted", "certified", "shredded")

Command = tuple[str | Path, ...]


def commands(folder: Path) -> dict[str, tuple[Command, tuple[str, ...]]]:
    """List each command that changes something, and the states in which it may."""
    new, codes = folder / "new", folder / "codes.csv"
    return {
        "load": (("campaign", "load", SOURCE), ("draft",)),
        "arm": (("campaign", "arm", CODE), ("draft",)),
        "export": (
            ("key", "export", CODE, "--to", new),
            ("armed", "open", "closed", "counted", "certified"),
        ),
        "issue": (("token", "issue", CODE, "--group", "A", "--count", "1", "--csv", new), ("armed", "open")),
        "void": (("token", "void", CODE, "--csv", codes), ("armed", "open")),
        "open": (("campaign", "open", CODE), ("armed",)),
        "present": (
            ("campaign", "present", CODE, "--group", "A", "--number", "9"),
            ("armed", "open", "closed"),
        ),
        "close": (("campaign", "close", CODE), ("open", "closed")),
        "count": (("campaign", "count", CODE), ("closed", "counted")),
        "certify": (
            (
                "campaign",
                "certify",
                CODE,
                "--teller",
                "teller",
                "--scrutineer",
                "scrutineer",
                "--passwords-stdin",
            ),
            ("counted",),
        ),
        "shred": (("campaign", "shred", CODE, "--yes"), ("certified",)),
        "publish": (("campaign", "publish", CODE, "--as", "public"), ("certified", "shredded")),
        "results": (
            ("results", CODE, "--format", "json", "--out", new),
            ("counted", "certified", "shredded"),
        ),
        "receipts": (("receipts", CODE), ("counted", "certified", "shredded")),
    }


def refused(
    settings: Settings, *command: str | Path, stdin: str = "", run: Callable[..., Any] = attempt
) -> str:
    """Run a command that must be refused, and return its one line."""
    before = dump(settings)
    said = run(settings, *command, stdin=stdin)
    assert said.status == 1, (command, said)
    assert said.out == "", (command, said)
    assert said.err.count("\n") == 1, (command, said)
    assert "Traceback" not in said.err
    assert dump(settings) == before, command
    return str(said.err)


def passwords(*names: str) -> str:
    return "".join(f"{PASSWORDS.get(name, 'quite another phrase 3')}\n" for name in names)


def move_on(settings: Settings, state: str, folder: Path) -> None:
    """Take the campaign from one state to the next."""
    stdin = passwords("teller", "scrutineer")
    known = commands(folder)
    if state == "open":
        minping(settings, "token", "issue", CODE, "--csv", folder / "codes.csv")
    steps = dict(zip(STATES, ("load", "arm", "open", "close", "count", "certify", "shred"), strict=True))
    minping(settings, *known[steps[state]][0], stdin=stdin)
    if state == "open":
        vote_some(settings, folder)


def vote_some(settings: Settings, folder: Path) -> None:
    with ready_app(settings, pages=True) as app:
        voter = app.test_client()
        for codes in read_codes(folder / "codes.csv").values():
            for code in codes[:12]:
                assert voter.post("/v/cast", data={"code": code}).status_code == 201


@pytest.fixture
def instance(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    settings = settings_on(database, tmp_path, server)
    for name, password in PASSWORDS.items():
        order = ("admin", "create", name, "--role", "scrutineer", "--password-stdin")
        minping(settings, *order, stdin=f"{password}\n")
    return settings


def test_every_command_in_every_wrong_state(instance: Settings, tmp_path: Path) -> None:
    stdin = passwords("teller", "scrutineer")
    for state in STATES:
        move_on(instance, state, tmp_path)
        for name, (command, fitting) in commands(tmp_path).items():
            if state in fitting or (name == "void" and not (tmp_path / "codes.csv").exists()):
                continue
            line = refused(instance, *command, stdin=stdin)
            assert state in line, (name, line)
            assert not (tmp_path / "new").exists()
    minping(instance, "audit", "verify")


def test_unknown_campaign(settings: Settings, tmp_path: Path) -> None:
    for name, (command, _) in commands(tmp_path).items():
        if name not in ("load", "void", "certify"):
            assert "no campaign" in refused(settings, *command), name
    for command in (("campaign", "show", "none"), ("turnout", "none", "--json")):
        refused(settings, *command)


def test_missing_and_wrong_files(settings: Settings, tmp_path: Path) -> None:
    missing, wrong = tmp_path / "missing", tmp_path / "wrong"
    wrong.write_bytes(b"\xff\xfe not what it should be \x00")
    minping(settings, "campaign", "load", SOURCE)
    minping(settings, "campaign", "arm", CODE)
    for path in (missing, wrong, tmp_path):
        refused(settings, "campaign", "load", path)
        refused(settings, "campaign", "check", path)
        refused(settings, "token", "void", CODE, "--csv", path)
        refused(settings, "token", "slips", CODE, "--csv", path, "--pdf", tmp_path / "slips.pdf")
        refused(settings, "restore", path)
    nowhere = tmp_path / "no" / "folder"
    for there in (wrong, nowhere, tmp_path):
        refused(settings, "token", "issue", CODE, "--csv", there)
        refused(settings, "key", "export", CODE, "--to", there)
        refused(settings, "backup", there)
    refused(settings, "key", "export", CODE, "--to", settings.instance / "copy.key")
    assert wrong.exists()
    assert "no code" in refused(settings, "campaign", "open", CODE)
    refused(settings, "campaign", "present", CODE, "--group", "none", "--number", "1")


def with_votes(settings: Settings, folder: Path, *custody: str | Path) -> None:
    """Bring a campaign with some votes to its close."""
    minping(settings, "campaign", "load", SOURCE)
    minping(settings, "campaign", "arm", CODE, *custody)
    minping(settings, "token", "issue", CODE, "--csv", folder / "codes.csv")
    minping(settings, "campaign", "open", CODE)
    vote_some(settings, folder)
    minping(settings, "campaign", "close", CODE)


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Path]:
    """Shares of another instance's box of the same campaign."""
    folder = tmp_path / "foreign"
    folder.mkdir()
    other = settings_on("sqlite", folder, None)
    minping(other, "campaign", "load", SOURCE)
    minping(other, "campaign", "arm", CODE, "--custody", "scrutineers", "--shares-dir", folder / "shares")
    return iter(sorted((folder / "shares").glob("*.txt")))


def test_bad_shares(settings: Settings, tmp_path: Path, foreign: Iterator[Path]) -> None:
    inside = settings.instance / "shares"
    minping(settings, "campaign", "load", SOURCE)
    refused(settings, "campaign", "arm", CODE, "--custody", "scrutineers", "--shares-dir", inside)
    refused(settings, "campaign", "arm", CODE, "--custody", "scrutineers")
    refused(settings, "campaign", "arm", CODE, "--shares", "3")
    shares = tmp_path / "shares"
    custody = ("--custody", "scrutineers", "--shares-dir", shares)
    refused(settings, "campaign", "arm", CODE, *custody, "--shares", "2", "--threshold", "3")
    with_votes(settings, tmp_path, *custody)
    good = sorted(shares.glob("*.txt"))
    damaged = tmp_path / "damaged"
    words = good[1].read_text().split()
    damaged.write_text(" ".join([*words[:-1], "academic"]))
    others = list(foreign)
    bad: list[list[Path]] = [
        [],
        good[:1],
        [good[0], good[0]],
        [good[0], damaged],
        [good[0], others[1]],
        others[:2],
        [good[0], tmp_path / "missing"],
        [good[0], _of_somebody_else(tmp_path)],
        [good[0], tmp_path],
    ]
    for paths in bad:
        order = [part for path in paths for part in ("--share-file", path)]
        refused(settings, "campaign", "count", CODE, *order)
    # As words, as a picture, as the sheet's file.
    for taken in (good[1:], [good[0], good[1].with_suffix(".png")], [good[1].with_suffix(".pdf"), good[2]]):
        order = [part for path in taken for part in ("--share-file", path)]
        minping(settings, "campaign", "count", CODE, *order)


def _of_somebody_else(folder: Path) -> Path:
    path = folder / "voters-code.png"
    path.write_bytes(png("https://minping.example.org/v#7K3M-7K3M-7K3M-7K3M"))
    return path


def test_missing_and_wrong_keys(settings: Settings, tmp_path: Path, foreign: Iterator[Path]) -> None:
    with_votes(settings, tmp_path)
    key, aside = settings.keys / f"{CODE}.key", tmp_path / "aside.key"
    minping(settings, "key", "export", CODE, "--to", aside)
    refused(settings, "campaign", "count", CODE, "--share-file", next(foreign))
    kept = key.read_bytes()
    for content in (b"", b"not a key", kept.replace(b'"seed": "', b'"seed": "0'), _another_key(kept)):
        key.write_bytes(content)
        refused(settings, "campaign", "count", CODE)
    key.unlink()
    assert "key file" in refused(settings, "campaign", "count", CODE)
    aside.rename(key)
    minping(settings, "campaign", "count", CODE)


def _another_key(kept: bytes) -> bytes:
    at = kept.index(b'"seed": "') + len(b'"seed": "')
    digit = b"1" if kept[at : at + 1] == b"0" else b"0"
    return kept[:at] + digit + kept[at + 1 :]


def test_bad_signers(settings: Settings, tmp_path: Path) -> None:
    for name, role in (("teller", "scrutineer"), ("scrutineer", "scrutineer"), ("boss", "owner")):
        order = ("admin", "create", name, "--role", role, "--password-stdin")
        minping(settings, *order, stdin=passwords(name))
    refused(settings, "admin", "create", "teller", "--password-stdin", stdin=passwords("teller"))
    refused(settings, "admin", "create", "short", "--password-stdin", stdin="short\n")
    with_votes(settings, tmp_path)
    minping(settings, "campaign", "present", CODE, "--group", "A", "--number", "11")
    minping(settings, "campaign", "count", CODE)

    def sign(teller: str, scrutineer: str, stdin: str) -> str:
        order = ("campaign", "certify", CODE, "--teller", teller, "--scrutineer", scrutineer)
        return refused(settings, *order, "--passwords-stdin", stdin=stdin)

    sign("teller", "teller", passwords("teller", "teller"))
    sign("teller", "boss", passwords("teller", "boss"))
    sign("teller", "nobody", passwords("teller", "nobody"))
    sign("teller", "scrutineer", passwords("teller", "teller"))
    sign("teller", "scrutineer", passwords("teller"))
    sign("teller", "scrutineer", "")
    assert "11 persons present" in sign("teller", "scrutineer", passwords("teller", "scrutineer"))


def test_refusals_of_processes(tmp_path: Path) -> None:
    settings = settings_on("sqlite", tmp_path, None)
    minping(settings, "campaign", "load", SOURCE)
    refused(settings, "campaign", "count", CODE, run=attempt_process)
    refused(settings, "campaign", "shred", CODE, stdin="another\n", run=attempt_process)


def test_no_instance_yet(tmp_path: Path) -> None:
    settings = settings_on("sqlite", tmp_path, None)
    (settings.instance / "minping.sqlite3").unlink()
    for command in (("campaign", "list"), ("audit", "verify"), ("serve",)):
        said = attempt(settings, *command)
        assert said.status == 1
        assert "minping init" in said.err
        assert said.err.count("\n") == 1
