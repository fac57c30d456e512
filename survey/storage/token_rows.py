"""Codes: stored digests, their groups, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign

from .booth import At, run
from .database import changed_rows
from .tables import TokenRow

_BATCH = 2000


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


@dataclass(frozen=True)
class Turnout:
    """Codes of one rater group: issued, voided and spent."""

    issued: int
    voided: int
    returned: int


_FIND = (
    "SELECT tokens.digest, tokens.campaign_id, tokens.rater_group, tokens.spent, tokens.voided, "
    "campaigns.state, campaigns.digest, campaigns.custody, campaigns.public_key, campaigns.held, "
    "campaigns.trial_of, campaigns.extended_to "
    "FROM tokens JOIN campaigns ON campaigns.id = tokens.campaign_id WHERE tokens.digest = ?"
)


def find_token(at: At, digest: bytes) -> Token | None:
    """Return the code of a digest, or ``None``."""
    found = run(at, _FIND, digest).fetchone()
    if found is None:
        return None
    digest, campaign, group, spent, voided, state, definition, custody, key, held, trial_of, to = found
    # SQLite has neither truth values nor moments.
    extended_to = datetime.fromisoformat(to).replace(tzinfo=UTC) if isinstance(to, str) else to
    marks = bool(spent), bool(voided)
    return Token(
        digest, campaign, group, *marks, state, definition, custody, key, bool(held), trial_of, extended_to
    )


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


def turnout(session: Session, campaign: Campaign) -> dict[str, Turnout]:
    """Count the codes of each rater group, in the definition's order."""
    rows = session.execute(
        select(
            TokenRow.rater_group,
            func.count(),
            func.sum(case((TokenRow.voided == 1, 1), else_=0)),
            func.sum(case((TokenRow.spent == 1, 1), else_=0)),
        )
        .where(TokenRow.campaign_id == campaign.id)
        .group_by(TokenRow.rater_group)
    )
    counted = {group: Turnout(issued, int(voided), int(spent)) for group, issued, voided, spent in rows}
    return {group.key: counted.get(group.key, Turnout(0, 0, 0)) for group in campaign.definition.groups}


def issued_set(session: Session, campaign: Campaign) -> str:
    """Return the digest of the set of all codes ever issued, with their groups."""
    rows = session.connection().execute(
        select(TokenRow.digest, TokenRow.rater_group)
        .where(TokenRow.campaign_id == campaign.id)
        .order_by(TokenRow.digest),
        execution_options={"yield_per": _BATCH},
    )
    summed = sha256()
    for batch in rows.partitions():
        summed.update(b"".join([digest + group.encode() + b"\0" for digest, group in batch]))
    return "sha256:" + summed.hexdigest()
