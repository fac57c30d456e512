"""Campaigns by text message: list, outbox, sealed replies, what was seen, and who wants no message."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MOMENTS = ("send_from", "invited_at", "ended_at", "replies_until", "erase_at")
_OF_CAMPAIGN = ("sms_entries", "sms_outbox", "sms_replies", "sms_seen")
# The planner's samples would hold rows of single clients after they are gone.
_UNSAMPLED = (
    *(f"sms_entries ALTER COLUMN {column}" for column in ("pseudonym", "number", "ratee")),
    *(f"sms_outbox ALTER COLUMN {column}" for column in ("pseudonym", "reference", "receipt")),
    *(f"sms_replies ALTER COLUMN {column}" for column in ("pseudonym", "at", "mark", "sealed")),
    "sms_seen ALTER COLUMN digest",
    "sms_opt_outs ALTER COLUMN digest",
)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "sms_campaigns",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_name", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("left_out", "invalid", "opted_out")),
        sa.Column("replied", sa.Integer(), nullable=True),
        *(sa.Column(name, moment, nullable=True) for name in _MOMENTS),
        sa.Column("final", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_sms_campaigns")),
    )
    _create(
        "sms_entries",
        ("pseudonym",),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("rater_group", sa.String(), nullable=False),
        sa.Column("ratee", sa.String(), nullable=False),
    )
    op.create_table(
        "sms_outbox",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reference", sa.LargeBinary(length=32), nullable=True),
        sa.Column("receipt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("lease_until", moment, nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "kind", "pseudonym", "number", name=op.f("pk_sms_outbox")),
        sqlite_with_rowid=False,
    )
    for column in ("reference", "receipt"):
        op.create_index(op.f(f"ix_sms_outbox_{column}"), "sms_outbox", [column])
    _create(
        "sms_replies",
        ("pseudonym",),
        sa.Column("at", moment, nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    _create("sms_seen", ("digest",))
    op.create_table(
        "sms_opt_outs",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sms_opt_outs")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        for column in _UNSAMPLED:
            op.execute(f"ALTER TABLE {column} SET STATISTICS 0")


def _create(name: str, keys: tuple[str, ...], *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(key, sa.LargeBinary(length=32), nullable=False) for key in keys),
        *columns,
        sa.PrimaryKeyConstraint("campaign_id", *keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Refuse what would lose replies, write to people who asked for no message, or not be read any more."""
    for name in ("sms_campaigns", "sms_opt_outs"):
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {name}")):  # noqa: S608 – names of this module
            raise WrongState("cannot go back before text messages: there are lists or opt-outs")
    defined = sa.text("SELECT count(*) FROM campaigns WHERE definition LIKE :entry OR definition LIKE :table")
    asked = {"entry": '%"entry":"sms"%', "table": '%"sms":{%'}
    if op.get_bind().scalar(defined, asked):
        raise WrongState("cannot go back before text messages: a campaign asks by them")
    for name in (*_OF_CAMPAIGN, "sms_campaigns", "sms_opt_outs"):
        op.drop_table(name)
