"""Codes: stored digests, their groups, what became of them; and the ceiling of an open campaign."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, case, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign

from .database import changed_rows
from .fast_connection import Executor, run
from .tables import TokenRow, TokensGivenRow

ON_PAPER = 2
"""What ``spent`` is of a code whose paper ballot is in the box; 1 after a phone's."""
_BATCH = 2000
_TAKE = (
    update(TokensGivenRow)
    .where(
        TokensGivenRow.campaign_id == bindparam("of_campaign"),
        TokensGivenRow.number < bindparam("ceiling"),
    )
    .values(number=TokensGivenRow.number + 1)
)

_COUNT = text(
    "INSERT INTO codes_given (campaign_id, number) "
    "SELECT :campaign, count(*) FROM tokens WHERE campaign_id = :campaign ON CONFLICT DO NOTHING"
)

# As words: what SQLAlchemy does to the columns of a million codes takes as long as reading them.
_ISSUED = text("SELECT digest, rater_group FROM tokens WHERE campaign_id = :campaign ORDER BY digest")


@dataclass(frozen=True)
class Token:
    """A code as a voter's request finds it, with the state of its campaign."""

    digest: bytes
    campaign_id: int
    group: str
    spent: bool
    voided: bool
    state: str
    definition: str
    custody: str | None
    public_key: bytes | None
    held: bool
    trial_of: str | None
    extended_to: datetime | None
    postponed_to: datetime | None
    wording: str | None
    statements: str | None
    collecting: bool


@dataclass(frozen=True)
class Turnout:
    """Codes of one rater group: issued, voided and spent; ``paper`` of the returned came on paper."""

    issued: int
    voided: int
    returned: int
    paper: int = 0

    def __add__(self, other: "Turnout") -> "Turnout":
        return Turnout(
            self.issued + other.issued,
            self.voided + other.voided,
            self.returned + other.returned,
            self.paper + other.paper,
        )


@dataclass(frozen=True)
class Marks:
    """What became of a code of a rater group: ``spent`` by phone or ``on_paper``, or voided."""

    group: str
    spent: bool
    on_paper: bool
    voided: bool


_FIND = (
    "SELECT tokens.digest, tokens.campaign_id, tokens.rater_group, tokens.spent, tokens.voided, "
    "campaigns.state, campaigns.digest, campaigns.custody, campaigns.public_key, campaigns.held, "
    "campaigns.trial_of, campaigns.extended_to, campaigns.postponed_to, campaigns.wording, "
    "campaigns.statements, campaigns.collecting "
    "FROM tokens JOIN campaigns ON campaigns.id = tokens.campaign_id WHERE tokens.digest = ?"
)


def find_token(conn: Executor, digest: bytes) -> Token | None:
    """Return the code of a digest, or ``None``."""
    found = run(conn, _FIND, digest).fetchone()
    if found is None:
        return None
    digest, campaign, group, spent, voided, state, definition, custody, key, held, trial_of, *rest = found
    extended_to, postponed_to, wording, statements, collecting = rest
    marks = bool(spent), bool(voided)
    return Token(
        digest,
        campaign,
        group,
        *marks,
        state,
        definition,
        custody,
        key,
        bool(held),  # SQLite has neither truth values nor moments.
        trial_of,
        _moment(extended_to),
        _moment(postponed_to),
        wording,
        statements,
        bool(collecting),
    )


def _moment(found: str | datetime | None) -> datetime | None:
    return datetime.fromisoformat(found).replace(tzinfo=UTC) if isinstance(found, str) else found


_ADD = insert(TokenRow.__table__)  # type: ignore[arg-type]


def add_tokens(session: Session, campaign: Campaign, tokens: Mapping[bytes, str]) -> None:
    """Store new codes (digest to rater group), in the order of their digests, which says nothing."""
    rows = iter(sorted(tokens.items()))
    while batch := list(islice(rows, _BATCH)):
        session.connection().execute(
            _ADD,
            [
                {"digest": digest, "campaign_id": campaign.id, "rater_group": group, "spent": 0, "voided": 0}
                for digest, group in batch
            ],
        )


def void_token(session: Session, campaign: Campaign, digest: bytes) -> bool:
    """Take an unspent code out of use; return whether it was one."""
    changed = session.execute(
        update(TokenRow)
        .where(
            TokenRow.digest == digest,
            TokenRow.campaign_id == campaign.id,
            TokenRow.spent == 0,
            TokenRow.voided == 0,
        )
        .values(voided=1)
    )
    return changed_rows(changed) == 1


def void_group(session: Session, campaign: Campaign, group: str) -> int:
    """Take all unspent codes of a rater group out of use; return how many there were."""
    changed = session.execute(
        update(TokenRow)
        .where(
            TokenRow.campaign_id == campaign.id,
            TokenRow.rater_group == group,
            TokenRow.spent == 0,
            TokenRow.voided == 0,
        )
        .values(voided=1)
    )
    return changed_rows(changed)


def turnout(session: Session, campaign: Campaign) -> dict[str, Turnout]:
    """Count the codes of each row of rater groups, in the definition's order."""
    rows = session.execute(
        select(
            TokenRow.rater_group,
            func.count(),
            func.sum(case((TokenRow.voided == 1, 1), else_=0)),
            func.sum(case((TokenRow.spent > 0, 1), else_=0)),
            func.sum(case((TokenRow.spent == ON_PAPER, 1), else_=0)),
        )
        .where(TokenRow.campaign_id == campaign.id)
        .group_by(TokenRow.rater_group)
    )
    counted = {row.key: Turnout(0, 0, 0) for row in campaign.definition.groups}
    for group, issued, *numbers in rows:
        row = campaign.definition.row_of.get(group)
        if row is not None:
            counted[row] += Turnout(issued, *map(int, numbers))
    return counted


def code_numbers(session: Session, campaign: Campaign) -> dict[str, list[int]]:
    """Return the codes issued, voided and spent of each row of groups, as the log notes them at an end."""
    counted = turnout(session, campaign)
    return {group: [one.issued, one.voided, one.returned] for group, one in counted.items()}


def issued_set(session: Session, campaign: Campaign) -> str:
    """Return the digest of the set of all codes ever issued, with their groups."""
    summed = sha256()
    for batch in _issued(session, campaign):
        summed.update(b"".join([digest + group.encode() + b"\0" for digest, group in batch]))
    return "sha256:" + summed.hexdigest()


def _issued(session: Session, campaign: Campaign) -> Iterator[Sequence[Sequence[Any]]]:
    connection, chosen = session.connection(), {"campaign": campaign.id}
    if connection.dialect.name != "sqlite":
        rows = connection.execute(_ISSUED, chosen, execution_options={"yield_per": _BATCH})
        yield from rows.partitions()
        return
    # SQLite's own rows: SQLAlchemy's take longer to make than the sum over them.
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_ISSUED.text, chosen)
        while batch := cursor.fetchmany(_BATCH):
            yield batch
    finally:
        cursor.close()


def take_room(session: Session, campaign: Campaign) -> bool:
    """Take room for one more code below a campaign's ceiling; return whether there was any.

    One conditional update, so that of several requests for the last place exactly one gets it: the others
    wait for its transaction, on PostgreSQL at this row. The campaign's lock must be held, at least shared.
    """
    if _take(session, campaign):
        return True
    known = select(TokensGivenRow.number).where(TokensGivenRow.campaign_id == campaign.id)
    if session.scalar(known) is not None:
        return False
    _count(session, campaign)
    return _take(session, campaign)


def forget_room(session: Session, campaign: Campaign) -> None:
    """Drop the number, for good after the close, else to be counted anew; needs the lock held alone."""
    session.execute(delete(TokensGivenRow).where(TokensGivenRow.campaign_id == campaign.id))


def _take(session: Session, campaign: Campaign) -> bool:
    bound = {"of_campaign": campaign.id, "ceiling": campaign.definition.ceiling}
    return changed_rows(session.connection().execute(_TAKE, bound)) == 1


def _count(session: Session, campaign: Campaign) -> None:
    """Make the number from the codes there are, unless another request made it meanwhile."""
    # A code is stored after its room was taken, in the same transaction. So whoever counts here without
    # seeing it meets that transaction's row, waits for it, and leaves the row as it is.
    session.connection().execute(_COUNT, {"campaign": campaign.id})


def codes_of(session: Session, campaign: Campaign) -> Iterator[tuple[bytes, str]]:
    """Go through the digests of all codes of a campaign, with their rater groups, in the digests' order."""
    for batch in _issued(session, campaign):
        yield from ((digest, group) for digest, group in batch)


def marks_of(session: Session, campaign: Campaign, digests: Iterable[bytes]) -> dict[bytes, Marks]:
    """Return what became of codes; those that are none of the campaign's are left out."""
    found: dict[bytes, Marks] = {}
    asked = iter(sorted(digests))
    while batch := list(islice(asked, _BATCH)):
        rows = session.execute(
            select(TokenRow.digest, TokenRow.rater_group, TokenRow.spent, TokenRow.voided).where(
                TokenRow.campaign_id == campaign.id, TokenRow.digest.in_(batch)
            )
        )
        for digest, group, spent, voided in rows:
            found[digest] = Marks(group, bool(spent), spent == ON_PAPER, bool(voided))
    return found
