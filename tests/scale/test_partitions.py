"""The statements of docs/capacity.md: a whole campaign on tables that are split by hash."""

import re
import secrets
from pathlib import Path

import psycopg
import pytest

from survey.config import Settings, read_settings
from survey.instance import make_instance, ready_app
from survey.secrecy.receipt import new_receipt
from tests.builders import EXAMPLES, ROOT
from tests.job import ask, connected, minping, read_codes
from tests.postgres import Postgres
from tests.services.voting.test_kill import PASSWORDS, make_signers, shredded
from tests.services.voting.test_race import CODE, counted_in_full

pytestmark = pytest.mark.slow

CODES, BALLOTS = 60, 50
SPLIT = re.search(r"```sql\n(BEGIN;.*?COMMIT;)\n```", (ROOT / "docs/capacity.md").read_text(), re.DOTALL)


def split(settings: Settings) -> None:
    assert SPLIT
    url = settings.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SPLIT[1])  # type: ignore[call-overload]


@pytest.fixture
def instance(tmp_path: Path, postgres: Postgres) -> Settings:
    """An instance whose migrations ran on an empty database."""
    settings = read_settings(
        {
            "MINPING_INSTANCE": str(tmp_path / "instance"),
            "MINPING_DATABASE_URL": postgres.new_database(f"split_{secrets.token_hex(6)}"),
        }
    )
    make_instance(settings)
    return settings


def issued(settings: Settings, folder: Path) -> list[str]:
    minping(settings, "campaign", "load", EXAMPLES / f"{CODE}.toml")
    minping(settings, "campaign", "arm", CODE)
    order = ("--group", "B", "--count", str(CODES), "--csv", folder / "codes.csv")
    minping(settings, "token", "issue", CODE, *order)
    minping(settings, "campaign", "open", CODE)
    return read_codes(folder / "codes.csv")["B"]


def test_a_whole_campaign_on_split_tables(instance: Settings, tmp_path: Path) -> None:
    split(instance)
    codes = issued(instance, tmp_path)
    known = [new_receipt() for _ in codes[:BALLOTS]]
    with ready_app(instance, pages=True) as app:
        voter = app.test_client()
        for code, receipt in zip(codes, known, strict=False):
            fields = {"code": code, "receipt": receipt, "c1.de": "basic"}
            assert voter.post("/v/cast", data=fields).status_code == 201
            assert voter.post("/v/cast", data=fields).status_code == 409
    rows = {table: ask(instance, f"SELECT count(*) FROM ONLY {table}") for table in ("ballots", "tokens")}
    assert rows == {"ballots": 0, "tokens": 0}  # all of them lie in partitions
    for part in range(4):
        assert 0 < ask(instance, f"SELECT count(*) FROM ballots_{part}") < BALLOTS
    before = places(instance)
    minping(instance, "campaign", "close", CODE)
    assert not places(instance) & before  # shaken: every ballot has another key
    assert marks_of_transactions(instance) == {"ballots": 1, "tokens": 1}
    counted_in_full(instance, tmp_path, known)
    assert samples(instance) == []
    make_signers(instance)
    order = ("campaign", "certify", CODE, "--teller", "teller", "--scrutineer", "scrutineer")
    minping(instance, *order, "--passwords-stdin", stdin=PASSWORDS)
    minping(instance, "campaign", "shred", CODE, "--yes")
    shredded(instance)


def places(settings: Settings) -> set[bytes]:
    with connected(settings) as connection:
        return {bytes(key) for (key,) in connection.exec_driver_sql("SELECT key FROM ballots")}


def marks_of_transactions(settings: Settings) -> dict[str, int]:
    """Count the transactions that rows say they were written by, by table."""
    return {
        table: ask(settings, f"SELECT count(DISTINCT xmin::text) FROM {table}")
        for table in ("ballots", "tokens")
    }


def samples(settings: Settings) -> list[tuple[str, str]]:
    """List the columns of box and codes of which the planner keeps samples."""
    columns = "tablename ~ '^(ballots|tokens)' AND attname IN ('key', 'sealed', 'digest')"
    with connected(settings) as connection:
        connection.exec_driver_sql("ANALYZE ballots, tokens")
        found = connection.exec_driver_sql(f"SELECT tablename, attname FROM pg_stats WHERE {columns}")
        return [tuple(row) for row in found]


def test_tables_that_hold_rows_are_not_split(instance: Settings, tmp_path: Path) -> None:
    issued(instance, tmp_path)
    with pytest.raises(psycopg.errors.CheckViolation):
        split(instance)
    assert ask(instance, "SELECT count(*) FROM tokens") == CODES
