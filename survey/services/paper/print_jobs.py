"""Paper ballots and specimens printed as a job, into a file that is fetched once.

Best are codes made for the printing: they are in memory and on the ballots, issued only with the finished
file, and no list of them exists. A list that was uploaded waits sealed under the paper key, and goes when the
job ends. A job takes several transactions, so it opens them itself.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from survey.documents.export.code_list import read_code_list
from survey.domain.errors import JobInterrupted, MinpingError, Unavailable, UnknownJob
from survey.domain.operations.job import Job, Need
from survey.secrecy.custody import destroy, new_private
from survey.secrecy.vault import Vault
from survey.services.accounts import accounts
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.services.operations import download_folder, jobs, sealed_files, working
from survey.services.voting import tokens
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction

from . import printing
from .forms import print_specimens, require_specimens
from .keys import paper_key_of
from .printing import LeftOut, Printing

BALLOTS = "paper-ballots"
SPECIMENS = "paper-specimens"
KINDS = (BALLOTS, SPECIMENS)
MAX_BALLOTS = 20_000
"""Ballots of one job."""
MAX_SPECIMENS = 1000
FILES = "files"
"""What a job's detail says of a list: the name under which it lies sealed, as of scans."""

Finish = Callable[[Session, str], None]
"""Stores, in the last transaction, what a job did; it is told the name of the file."""


@dataclass(frozen=True)
class PrintPlace:
    """What a worker needs: secrets, address, the folders of what is handed out, of sealed files and of keys.

    ``stopping`` tells that the worker is about to end.
    """

    vault: Vault
    base_url: str
    folder: Path
    files: Path
    keys: Path
    now: Callable[[], datetime]
    stopping: Callable[[], bool]


def ask_with_new_codes(
    session: Session,
    job_key: str,
    campaign_code: str,
    numbers: dict[str, int],
    *,
    account: Account,
    at: datetime,
    second: str | None = None,
) -> Job:
    """Ask for ballots with codes made for them; empty ``numbers`` take those that the definition plans.

    ``second`` is who agreed to codes that need a second person. Raises what ``tokens.wanted`` and
    ``jobs.ask`` raise, ``NoPaper`` and ``WrongState``, and ``MinpingError`` over ``MAX_BALLOTS``.
    """
    if jobs.was_asked(session, job_key):
        return jobs.own_job(session, job_key, account)
    printing.require_printable(find_campaign(session, campaign_code))
    found = tokens.wanted(session, campaign_code, numbers, second=second)
    detail = {"numbers": found, "planned": not numbers, "second": second}
    return _ask(session, BALLOTS, job_key, campaign_code, sum(found.values()), detail, account, at)


def ask_with_list(
    place: PrintPlace,
    job_key: str,
    campaign_code: str,
    content: bytes,
    name: str,
    *,
    account: Account,
    group: str | None = None,
) -> tuple[Job, LeftOut]:
    """Ask for ballots with the codes of an uploaded list, called ``name``; return what is left out of it too.

    It opens its transactions itself. Raises ``BadFile`` for what is no list, what ``printing.begin`` and
    ``jobs.ask`` raise, ``NoSpace``, and ``MinpingError`` over ``MAX_BALLOTS``.
    """
    rows = read_code_list(content, name)
    with transaction(write=True) as session:
        if jobs.was_asked(session, job_key):
            return jobs.own_job(session, job_key, account), LeftOut()
        made = printing.begin(session, place.vault, place.keys, campaign_code, rows, group)
    with printing.key_undone(place.keys, made):
        file = sealed_files.store(place.files, made.key, [content])
        try:
            detail = {FILES: [file], "group": group, "left_out": _numbers(made.left_out)}
            number = len(made.ballots)
            with transaction(write=True) as session:
                job = _ask(session, BALLOTS, job_key, campaign_code, number, detail, account, place.now())
        except BaseException:
            sealed_files.destroy(place.files, file)
            raise
    return job, made.left_out


def ask_for_specimens(
    session: Session,
    job_key: str,
    campaign_code: str,
    group: str,
    number: int,
    *,
    account: Account,
    at: datetime,
) -> Job:
    """Ask for specimens of one group's ballot.

    Raises what ``require_specimens`` and ``jobs.ask`` raise, and ``MinpingError`` over ``MAX_SPECIMENS``.
    """
    if jobs.was_asked(session, job_key):
        return jobs.own_job(session, job_key, account)
    require_specimens(find_campaign(session, campaign_code), group)
    if not 0 < number <= MAX_SPECIMENS:
        raise MinpingError(f"one job prints 1 to {MAX_SPECIMENS} specimens")
    return _ask(session, SPECIMENS, job_key, campaign_code, number, {"group": group}, account, at)


def run(key: str, place: PrintPlace) -> bool:
    """Do a job, unless it has ended or another worker is at it; as ``working.take``."""
    return working.take(key, place.folder, lambda job: _do(job, place))


def _ask(
    session: Session,
    kind: str,
    job_key: str,
    campaign_code: str,
    total: int,
    detail: Mapping[str, object],
    account: Account,
    at: datetime,
) -> Job:
    if not 0 < total <= MAX_BALLOTS:
        raise MinpingError(f"one job prints 1 to {MAX_BALLOTS} ballots; minping paper ballots prints more")
    needs = frozenset({Need.HANDOUT})
    return jobs.ask(session, Job(job_key, kind, campaign_code, account.id, detail, total, at, needs=needs))


def _do(job: Job, place: PrintPlace) -> None:
    with _undone(job, place):
        if job.kind == SPECIMENS:
            _specimens(job, place)
        elif FILES in job.detail:
            _of_list(job, place)
        else:
            _with_new_codes(job, place)


def _specimens(job: Job, place: PrintPlace) -> None:
    with transaction() as session:
        campaign = find_campaign(session, job.campaign)
    progress = working.Progress(job.key, place.stopping)
    _write(
        job,
        place,
        lambda out: print_specimens(campaign, job.detail["group"], job.total, out, progress),
        lambda session, file: jobs.finish(session, job, file, {}),
    )


def _of_list(job: Job, place: PrintPlace) -> None:
    [file] = job.detail[FILES]
    with transaction(write=True) as session:
        campaign = find_campaign(session, job.campaign)
        by = _by(session, job, place)
        content = sealed_files.read(place.files, paper_key_of(place.keys, campaign, session), file)
        rows = read_code_list(content, "the list")
        made = printing.begin(session, place.vault, place.keys, job.campaign, rows, job.detail["group"])

    def finish(session: Session, file: str) -> None:
        check = printing.note(session, place.keys, made, by())
        said = _said(made) | {"check": check, "left_out": _numbers(made.left_out), "before": made.before}
        jobs.finish(session, job, file, said)

    _write(job, place, _printer(job, place, made), finish)


def _with_new_codes(job: Job, place: PrintPlace) -> None:
    planned, second = bool(job.detail["planned"]), job.detail["second"]
    with transaction(write=True) as session:
        by = _by(session, job, place)
        asked = {} if planned else dict(job.detail["numbers"])
        codes = tokens.make(tokens.wanted(session, job.campaign, asked, second=second))
        made = printing.begin_with(session, place.keys, job.campaign, codes)

    def finish(session: Session, file: str) -> None:
        issued = tokens.enter(
            session, place.vault, job.campaign, codes, planned=planned, by=by(), second=second
        )
        printed = printing.note(session, place.keys, made, by())
        # The first of the two says, as of slips, that nobody knows these codes until the file is fetched.
        said = _said(made) | {"check": issued.check_value, "print_check": printed}
        jobs.finish(session, job, file, said)

    _write(job, place, _printer(job, place, made), finish)


def _printer(job: Job, place: PrintPlace, made: Printing) -> Callable[[BinaryIO], None]:
    progress = working.Progress(job.key, place.stopping)
    return lambda out: printing.write(made, place.vault, place.base_url, out, progress)


def _write(job: Job, place: PrintPlace, write: Callable[[BinaryIO], None], finish: Finish) -> None:
    """Write the file, and what the job did in one transaction once it is there: both, or neither."""
    path = download_folder.new_path(place.folder, job, ".pdf")
    try:
        with new_private(path) as out:
            write(out)
        with transaction(write=True) as session:
            finish(session, path.name)
    except BaseException:
        # As of slips: after a lost connection the file may be all that is left of codes issued.
        if not working.is_done(job, path.name):
            destroy(path)
        raise


def _by(session: Session, job: Job, place: PrintPlace) -> Callable[[], By]:
    account = accounts.get_account(session, job.account_id)
    if account is None:
        raise UnknownJob
    name = account.name
    return lambda: By(name, place.now())


def _said(made: Printing) -> dict[str, object]:
    return {"printed": made.numbers}


def _numbers(left_out: LeftOut) -> dict[str, int]:
    """Return how many codes are left out, and why: a job tells nobody which."""
    return {
        "spent": len(left_out.spent),
        "voided": len(left_out.voided),
        "doubled": len(left_out.doubled),
        "unknown": len(left_out.unknown),
    }


@contextmanager
def _undone(job: Job, place: PrintPlace) -> Iterator[None]:
    """Destroy a job's list, and after a failure a key that nothing was printed under.

    Both stay where the job is to be taken up again.
    """
    try:
        yield
    except (JobInterrupted, Unavailable):
        raise
    except BaseException:
        _destroy_list(job, place)
        if job.kind == BALLOTS:
            printing.undo_key(place.keys, job.campaign, job.key)
        raise
    _destroy_list(job, place)


def _destroy_list(job: Job, place: PrintPlace) -> None:
    for name in job.detail.get(FILES, ()):
        sealed_files.destroy(place.files, name)
