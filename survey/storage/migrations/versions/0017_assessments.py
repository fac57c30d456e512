"""The yearly assessment: definitions and their versions, numbers, points, entries, records, decisions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NUMBERED = ("assessment_id", "number")


def upgrade() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("code", "stage"),
        *_wholes("version"),
        *_texts("unit", "salt"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("code", name=op.f("uq_assessments_code")),
    )
    _create(
        "assessment_versions",
        ("assessment_id", "version"),
        long=("definition", "targets", "amendment"),
        texts=("digest",),
    )
    _create(
        "taken_numbers",
        _NUMBERED,
        texts=("kind", "period", "unit", "indicator", "value"),
        long=("detail",),
    )
    op.create_index("ix_taken_numbers_period", "taken_numbers", ["assessment_id", "period"])
    _create("sheet_points", _NUMBERED, texts=("sheet", "unit", "scorer", "line", "points"))
    _create(
        "recorded_acts", _NUMBERED, sa.Column("takes_back", sa.Integer()), texts=("kind",), long=("content",)
    )
    op.create_table(
        "closed_periods",
        sa.Column("assessment_id", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("period"),
        *_wholes("bulletin", "version", "last_number"),
        sa.Column("content", sa.Text(), nullable=False),
        *_texts("digest"),
        *_recorded(),
        sa.PrimaryKeyConstraint("assessment_id", "period", name=op.f("pk_closed_periods")),
    )
    _create("score_records", _NUMBERED, texts=("digest",), long=("content", "reason", "signatures"))
    _create("band_decisions", _NUMBERED, *_wholes("record"), texts=("unit",), long=("content",))
    op.create_table(
        "assessment_editions",
        *_keys(_NUMBERED),
        *_texts("level"),
        sa.Column("content", sa.Text(), nullable=False),
        *_texts("recorded_by"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint(*_NUMBERED, name=op.f("pk_assessment_editions")),
    )


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM assessments")):
        raise WrongState("cannot go back before assessments: there are some, and they would be lost")
    for name in (
        "assessment_editions",
        "band_decisions",
        "score_records",
        "closed_periods",
        "recorded_acts",
        "sheet_points",
        "taken_numbers",
        "assessment_versions",
        "assessments",
    ):
        op.drop_table(name)


def _create(
    name: str,
    keys: tuple[str, str],
    *more: sa.Column[Any],
    texts: tuple[str, ...] = (),
    long: tuple[str, ...] = (),
) -> None:
    op.create_table(
        name,
        *_keys(keys),
        *_texts(*texts),
        *(sa.Column(one, sa.Text(), nullable=False) for one in long),
        *more,
        *_recorded(),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
    )


def _keys(names: tuple[str, str]) -> list[sa.Column[Any]]:
    return [sa.Column(one, sa.Integer(), autoincrement=False, nullable=False) for one in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(one, sa.String(), nullable=False) for one in names]


def _wholes(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(one, sa.Integer(), nullable=False) for one in names]


def _recorded() -> list[sa.Column[Any]]:
    return [*_texts("recorded_by"), sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False)]
