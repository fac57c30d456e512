"""What is put on record at a year's end: steps, talks, visits, statements, sheets on their way, tasks."""

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "year_records",
        *(
            sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)
            for name in ("assessment_id", "number")
        ),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "about")),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_year_records")),
    )
    op.create_index("ix_year_records_kind", "year_records", ["assessment_id", "kind"])


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM year_records")):
        raise WrongState("cannot go back before records of a year's end: there are some, and would be lost")
    op.drop_table("year_records")
