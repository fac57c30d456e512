"""Paper ballots printed for codes: of a list that was handed out, or made in memory for this printing.

Printing takes long, and voters wait for no printer: one short transaction looks the codes up and sees to the
key, another notes what was printed once the file is there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from survey.documents.export.code_list import address_of
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import (
    MinpingError,
    NoPaper,
    Unavailable,
    UnknownCampaign,
    UnknownGroup,
    UnknownToken,
    WrongState,
)
from survey.secrecy.paper_key import PaperKey
from survey.secrecy.token import digest, find_token
from survey.secrecy.vault import Vault
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import token_rows
from survey.storage.campaign_rows import locked_campaign
from survey.storage.database import transaction
from survey.storage.operations import job_rows

from .forms import codes_of, faces_of, forms_of
from .keys import FACT, drop_unnoted_key, keep_paper_key, make_paper_key

TRIAL = "试投"

GroupedTokens = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class LeftOut:
    """Codes of a list that are not printed, in their written form; ``doubled`` ones are printed once.

    ``unknown`` are no codes of the campaign: the rows of the list in which they stand, its head being row 1.
    """

    spent: tuple[str, ...] = ()
    voided: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.spent or self.voided or self.doubled or self.unknown)


@dataclass(frozen=True)
class Printing:
    """Ballots to be printed: rater groups and codes in the order of printing, and the key of the serials.

    ``before`` is how many ballots of the campaign were printed before.
    """

    campaign: Campaign
    key: PaperKey
    ballots: tuple[tuple[str, str], ...] = field(repr=False)
    left_out: LeftOut = field(default_factory=LeftOut, repr=False)
    before: int = 0

    @property
    def numbers(self) -> dict[str, int]:
        """Return how many ballots of which rater group these are."""
        return dict(Counter(group for group, _ in self.ballots))


def begin(
    session: Session,
    vault: Vault,
    keys: Path,
    campaign_code: str,
    rows: Iterable[tuple[str, str]],
    group: str | None = None,
) -> Printing:
    """Look up the codes of a list and see to the key; needs a transaction that writes.

    ``rows`` are a list's groups and codes as they stand there: what group a code is of, the database says.
    Raises ``NoPaper``, ``UnknownGroup``, ``WrongState``, ``MinpingError`` where no code is left to print, and
    what ``make_paper_key`` raises.
    """
    campaign = _printable(session, campaign_code)
    if group is not None and group not in campaign.definition.group:
        raise UnknownGroup(
            f'{campaign_code} has no rater group "{group}"; it has {", ".join(campaign.definition.group)}'
        )
    found, left_out = _look_up(session, vault, campaign, [token for _, token in rows])
    wanted = [(key, token) for key, token in found if group in (None, key)]
    if not wanted:
        raise MinpingError(_nothing(campaign_code, group, left_out))
    return _printing(session, keys, campaign, wanted, left_out)


def begin_with(session: Session, keys: Path, campaign_code: str, made: GroupedTokens) -> Printing:
    """See to the key for codes just made, which are entered once the file is there.

    Needs a transaction that writes. Raises ``NoPaper``, ``WrongState`` and what ``make_paper_key`` raises.
    """
    return _printing(session, keys, _printable(session, campaign_code), made, LeftOut())


def write(
    printing: Printing,
    vault: Vault,
    base_url: str,
    out: BinaryIO,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Print ballots into a file, as they come; ``progress`` is called with the number done, and may raise."""
    from survey.documents.pdf.paper_ballots import PaperSheet, paper_ballots_pdf

    campaign, rules = printing.campaign, printing.campaign.definition.paper
    faces = faces_of(campaign, TRIAL if campaign.trial_of is not None else "")
    strip = rules is not None and rules.strip

    def sheets() -> "Iterator[PaperSheet]":
        for group, token in printing.ballots:
            serial = printing.key.serial_of(digest(vault.token_key, token))
            codes = codes_of(faces[group].form, serial)
            yield PaperSheet(group, codes, *((token, address_of(base_url, token)) if strip else ()))

    used = {group: face for group, face in faces.items() if group in printing.numbers}
    paper_ballots_pdf(sheets(), faces=used, out=out, leaves=True, progress=progress)


def note(session: Session, keys: Path, printing: Printing, by: By) -> str:
    """Note in the log what was printed, and the name of its key; return the check value.

    Raises ``WrongState`` where ballots cannot be printed any more, or were laid out by a wording that was
    corrected meanwhile, and what ``keep_paper_key`` raises.
    """
    campaign = _printable(session, printing.campaign.code)
    if _layouts(campaign) != _layouts(printing.campaign):
        raise WrongState(
            "the wording was corrected while ballots were made, and moved their boxes; print again"
        )
    keep_paper_key(session, keys, printing.key)
    facts = {FACT: printing.key.name}
    return audit.record(session, by, Act.PRINT_PAPER, campaign.code, groups=printing.numbers, **facts)


def is_noted(printing: Printing, check_value: str) -> bool:
    """Return, after a commit whose answer was lost, whether a printing was noted; raises ``Unavailable``."""
    with transaction() as session:
        acts = audit.history(session, printing.campaign.code)
        return any(audit.check_value(entry.hash) == check_value for entry, _ in acts)


@contextmanager
def key_undone(keys: Path, printing: Printing) -> Iterator[None]:
    """Take a key away again where a block fails and no ballot was printed under it before."""
    try:
        yield
    except BaseException:
        undo_key(keys, printing.campaign.code)
        raise


def undo_key(keys: Path, campaign_code: str, job_key: str = "") -> None:
    """Take a key away again after a printing that failed, unless it is noted or a job may need it.

    ``job_key`` is the job that failed, if one did. It opens its transaction itself.
    """
    # Where the database is away nobody knows: a key too many harms nobody, the next printing takes it.
    with suppress(Unavailable, UnknownCampaign), transaction(write=True) as session:
        campaign = locked_campaign(session, campaign_code)
        if all(job.key == job_key for job in job_rows.unfinished(session, campaign.code)):
            drop_unnoted_key(session, keys, campaign.code)


def printed_before(session: Session, campaign_code: str) -> dict[str, int]:
    """Return how many ballots of which rater group were printed so far."""
    numbers: Counter[str] = Counter()
    for entry, facts in audit.current_history(session, campaign_code):
        if entry.act == Act.PRINT_PAPER:
            numbers.update(facts["groups"])
    return dict(numbers)


def require_printable(campaign: Campaign) -> None:
    """Refuse with ``NoPaper`` or ``WrongState`` a campaign whose ballots cannot be printed now."""
    if campaign.definition.paper is None:
        raise NoPaper(campaign.code)
    campaign.require(State.ARMED, State.OPEN, to="print ballots")
    if campaign.collecting:
        raise WrongState(f"cannot print ballots: {campaign.code} collects them already")
    if campaign.held:
        raise WrongState(
            f"cannot print ballots: {campaign.code} was restored from a backup and is held; "
            "look into that first, next: minping campaign open"
        )


def _layouts(campaign: Campaign) -> list[str]:
    return [form.layout for form in forms_of(campaign)]


def _printable(session: Session, campaign_code: str) -> Campaign:
    campaign = locked_campaign(session, campaign_code)
    require_printable(campaign)
    return campaign


def _printing(
    session: Session, keys: Path, campaign: Campaign, found: GroupedTokens, left_out: LeftOut
) -> Printing:
    order = {group.key: at for at, group in enumerate(campaign.definition.groups)}
    # The sort keeps the order of the list within a group.
    ballots = tuple(sorted(found, key=lambda ballot: order[ballot[0]]))
    before = sum(printed_before(session, campaign.code).values())
    return Printing(campaign, make_paper_key(session, keys, campaign), ballots, left_out, before)


def _look_up(
    session: Session, vault: Vault, campaign: Campaign, typed: Sequence[str]
) -> tuple[list[tuple[str, str]], LeftOut]:
    """Return groups and codes that can be used, in the order of the list, and what is left out of it."""
    written = [_written(entered) for entered in typed]
    digests = {token: digest(vault.token_key, token) for token in written if token}
    marks = token_rows.marks_of(session, campaign, digests.values())
    found: dict[str, str] = {}
    left: dict[str, dict[str, None]] = {"spent": {}, "voided": {}, "doubled": {}}
    unknown = []
    for row, token in enumerate(written, 2):
        mark = marks.get(digests[token]) if token else None
        if token is None or mark is None:
            unknown.append(row)
        elif token in found:
            left["doubled"][token] = None
        elif mark.spent or mark.voided:
            left["spent" if mark.spent else "voided"][token] = None
        else:
            found[token] = mark.group
    named: Mapping[str, tuple[str, ...]] = {why: tuple(codes) for why, codes in left.items()}
    return [(group, token) for token, group in found.items()], LeftOut(**named, unknown=tuple(unknown))


def _nothing(campaign_code: str, group: str | None, left_out: LeftOut) -> str:
    of = f" of group {group}" if group else ""
    return (
        f"no code of the list can be printed: it has none{of} of {campaign_code} that is unused; "
        f"{len(left_out.spent)} are spent, {len(left_out.voided)} voided, "
        f"{len(left_out.unknown)} of no campaign or another one"
    )


def _written(entered: str) -> str | None:
    try:
        return find_token(entered)
    except UnknownToken:
        return None
