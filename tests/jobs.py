"""Asking for slips and doing the job in tests, and looking for codes everywhere else."""

import base64
import csv
import io
import zipfile
from pathlib import Path

from survey.domain.operations.job import Job
from survey.services.accounts import accounts
from survey.services.accounts.accounts import Account
from survey.services.operations import jobs
from survey.services.voting import slip_jobs
from survey.services.voting.slip_jobs import Workplace
from survey.storage.database import transaction
from survey.storage.operations import job_rows
from survey.web.context import now, settings, vault
from tests.builders import BY

PASSWORD = "四月的河 lantern-93 orchard"


def an_account(name: str = "王组织", role: str = "organiser") -> Account:
    with transaction(write=True) as session:
        return accounts.create(session, name, role, PASSWORD, BY).account


def ask(
    account: Account,
    numbers: dict[str, int],
    *,
    key: str = "",
    with_list: bool = True,
    second: str | None = None,
) -> Job:
    """Ask for slips of the campaign ``small``."""
    with transaction(write=True) as session:
        return slip_jobs.ask(
            session,
            key or jobs.new_key(),
            "small",
            numbers,
            with_list=with_list,
            base_url=settings().base_url,
            account=account,
            at=now(),
            second=second,
        )


def found(key: str) -> Job:
    with transaction() as session:
        job = job_rows.find_job(session, key)
    assert job is not None
    return job


def folder() -> Path:
    return settings().instance / "handout"


def workplace(**changes: object) -> Workplace:
    folder().mkdir(mode=0o700, exist_ok=True)
    usual = {
        "vault": vault(),
        "base_url": settings().base_url,
        "folder": folder(),
        "now": now,
        "stopping": lambda: False,
    }
    return Workplace(**(usual | changes))  # type: ignore[arg-type]


def codes_in(content: bytes) -> list[tuple[str, str]]:
    """Read the list out of what a job made: rater groups and codes."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        [name] = [name for name in packed.namelist() if name.endswith(".csv")]
        rows = csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig")))
        return [(row["票种"], row["投票码"]) for row in rows]


def traces(code: str) -> list[bytes]:
    """Return how a code could be written down: as it is, without dashes, in hex, in base64 at any offset."""
    forms = [code.encode(), code.replace("-", "").encode()]
    forms += [form.lower() for form in forms]
    written = list(forms)
    for form in forms:
        written += [form.hex().encode(), form.hex().upper().encode()]
        for offset in range(3):
            whole = base64.b64encode(b"\0" * offset + form)
            written.append(whole[4 if offset else 0 : -4])
    return written
