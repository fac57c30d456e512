"""Reports on their way: numbers being typed, numbers submitted, files that prove them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TASK = ("period", "unit", "indicator")


def upgrade() -> None:
    op.create_table(
        "typed_numbers",
        _whole("assessment_id"),
        *_texts(*_TASK, "value"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        *_recorded(),
        sa.PrimaryKeyConstraint("assessment_id", *_TASK, name=op.f("pk_typed_numbers")),
    )
    op.create_table(
        "submitted_numbers",
        _whole("assessment_id"),
        _whole("number"),
        *_texts(*_TASK, "value"),
        sa.Column("detail", sa.Text(), nullable=False),
        *_texts("state"),
        sa.Column("late", sa.Boolean(), nullable=False),
        *_recorded(),
        *_texts("approved_by"),
        sa.Column("answer", sa.Text(), nullable=False),
        *_texts("moved_by"),
        sa.Column("moved_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_submitted_numbers")),
    )
    op.create_index("ix_submitted_numbers_period", "submitted_numbers", ["assessment_id", "period"])
    op.create_table(
        "evidence_files",
        _whole("assessment_id"),
        _whole("number"),
        *_texts(*_TASK, "name", "format"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *_texts("digest"),
        *_recorded(),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_evidence_files")),
    )
    op.create_index("ix_evidence_files_period", "evidence_files", ["assessment_id", "period"])


def downgrade() -> None:
    for table in ("typed_numbers", "submitted_numbers", "evidence_files"):
        if op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {table}")):  # noqa: S608
            raise WrongState("cannot go back before reports on their way: there are some, and would be lost")
    for table in ("evidence_files", "submitted_numbers", "typed_numbers"):
        op.drop_table(table)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(one, sa.String(), nullable=False) for one in names]


def _recorded() -> list[sa.Column[Any]]:
    return [*_texts("recorded_by"), sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False)]
