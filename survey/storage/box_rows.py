"""The ballot box: putting a sealed ballot in, shaking, reading, destroying it; whether the codes agree."""

import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Select, delete, func, select, text, update
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, State

from . import forgetting
from .database import changed_rows
from .fast_connection import Executor, run
from .tables import BallotRow, CampaignRow, TokenRow

KEY_BYTES = 16
_CHUNK = 500


_SPENT = (
    "WHERE tokens.digest = ? AND tokens.campaign_id = ? AND tokens.spent = 0 AND tokens.voided = 0 "
    "AND EXISTS (SELECT 1 FROM campaigns "
    "WHERE campaigns.id = ? AND campaigns.state = ? AND NOT campaigns.held"
)
_SPEND = f"UPDATE tokens SET spent = 1 {_SPENT} AND NOT campaigns.collecting)"  # noqa: S608 – constants
_SPEND_ON_PAPER = f"UPDATE tokens SET spent = 2 {_SPENT} AND campaigns.collecting)"  # noqa: S608 – constants
_PUT = "INSERT INTO ballots (campaign_id, key, sealed) VALUES (?, ?, ?)"


def spend(conn: Executor, campaign_id: int, digest: bytes) -> bool:
    """Mark a code spent if it is unspent and its campaign takes ballots; return whether it was.

    One conditional update: of several requests with one code exactly one gets through.
    """
    return _spent(conn, _SPEND, campaign_id, digest)


def spend_on_paper(conn: Executor, campaign_id: int, digest: bytes) -> bool:
    """Mark a code spent on paper if it is unspent and its campaign collects; return whether it was."""
    return _spent(conn, _SPEND_ON_PAPER, campaign_id, digest)


def _spent(conn: Executor, statement: str, campaign_id: int, digest: bytes) -> bool:
    changed: int = run(conn, statement, digest, campaign_id, campaign_id, State.OPEN.value).rowcount
    return changed == 1


def spend_any(session: Session, campaign: Campaign, group: str, number: int) -> int:
    """Mark so many of a rater group's codes spent, codes that nobody holds; return how many were.

    Digests are random, and so are those that come first: which ones are marked says nothing.
    """
    unspent = (
        select(TokenRow.digest)
        .where(
            TokenRow.campaign_id == campaign.id,
            TokenRow.rater_group == group,
            TokenRow.spent == 0,
            TokenRow.voided == 0,
        )
        .order_by(TokenRow.digest)
        .limit(number)
    )
    chosen = update(TokenRow).where(TokenRow.campaign_id == campaign.id, TokenRow.digest.in_(unspent))
    return changed_rows(session.execute(chosen.values(spent=1)))


def put(conn: Executor, campaign_id: int, sealed: bytes) -> None:
    """Put a sealed ballot into the box under a fresh random key."""
    run(conn, _PUT, campaign_id, secrets.token_bytes(KEY_BYTES), sealed)


def has_more_than(session: Session, campaign: Campaign, number: int) -> bool:
    """Return whether so many ballots are not all that is in the box; counting them all takes a while."""
    one_more = select(BallotRow.key).where(BallotRow.campaign_id == campaign.id).offset(number).limit(1)
    return session.execute(one_more).first() is not None


def file_of(session: Session) -> Path | None:
    """Return the file in which the box lies, where other processes may read it too: SQLite's."""
    url = session.get_bind().engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def sealed_ballots(session: Session, campaign: Campaign) -> Iterator[bytes]:
    """Read the box in the order of its random keys, without holding it in memory."""
    rows = session.connection().execute(
        select(BallotRow.sealed).where(BallotRow.campaign_id == campaign.id).order_by(BallotRow.key),
        execution_options={"yield_per": _CHUNK},
    )
    with closing(rows):
        for (sealed,) in rows:
            yield sealed


def shake(session: Session, campaign: Campaign) -> None:
    """Write ballots and spent marks anew in the order of fresh random keys, in this one transaction.

    On PostgreSQL all new rows carry one transaction id, and their places say nothing; ``upkeep`` then
    removes the old ones.
    """
    connection = session.connection()
    random_key = {"postgresql": "uuid_send(gen_random_uuid())", "sqlite": f"randomblob({KEY_BYTES})"}[
        connection.dialect.name
    ]
    _rewrite(connection, campaign.id, "ballots", f"{random_key} AS key, sealed", "key, sealed", "key")
    _rewrite(
        connection,
        campaign.id,
        "tokens",
        f"{random_key} AS place, digest, rater_group, spent, voided",
        "digest, rater_group, spent, voided",
        "place",
    )
    forgetting.note(connection, forgetting.BOX)


def _rewrite(
    connection: Connection, campaign_id: int, table: str, drawn: str, columns: str, order: str
) -> None:
    # Names and columns are constants of this module; only the campaign's number is a value.
    bound = {"campaign": campaign_id}
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE shaken AS SELECT {drawn} FROM {table} "  # noqa: S608
            f"WHERE campaign_id = :campaign ORDER BY {order}"
        ),
        bound,
    )
    connection.execute(text(f"DELETE FROM {table} WHERE campaign_id = :campaign"), bound)  # noqa: S608
    connection.execute(
        text(
            f"INSERT INTO {table} (campaign_id, {columns}) "  # noqa: S608
            f"SELECT :campaign, {columns} FROM shaken ORDER BY {order}"
        ),
        bound,
    )
    connection.execute(text("DROP TABLE shaken"))


def destroy(session: Session, campaign: Campaign) -> None:
    """Delete a campaign's sealed ballots and code digests; may be done again."""
    gone = [
        changed_rows(session.execute(delete(row).where(row.campaign_id == campaign.id)))
        for row in (BallotRow, TokenRow)
    ]
    if any(gone):  # else they were deleted before, and those who saw them then are waited for
        forgetting.note(session.connection(), forgetting.BOX)


def out_of_balance(session: Session) -> list[str]:
    """Return the codes of campaigns whose ballots are not as many as their spent codes."""
    ballots = _by_campaign(session, select(BallotRow.campaign_id, func.count()))
    spent = _by_campaign(session, select(TokenRow.campaign_id, func.count()).where(TokenRow.spent > 0))
    rows = session.execute(select(CampaignRow.id, CampaignRow.code).order_by(CampaignRow.id))
    return [campaign_code for number, campaign_code in rows if ballots.get(number) != spent.get(number)]


def _by_campaign(session: Session, counted: Select[int, int]) -> dict[int, int]:
    return dict(list(session.execute(counted.group_by(text("campaign_id")))))


def takes_writes(session: Session) -> bool:
    """Return whether the database can be written: a PostgreSQL standby cannot."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(text("SHOW transaction_read_only")) == "off")
