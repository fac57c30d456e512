"""Seats: which accounts take which part in an assessment, and what each of them is about."""

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seats",
        sa.Column("assessment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("assessment_id", "account_id", "part", name=op.f("pk_seats")),
    )
    op.create_index("ix_seats_account_id", "seats", ["account_id"])


def downgrade() -> None:
    # Former versions would take a member for nobody they know, at every page that lists accounts.
    members = op.get_bind().scalar(sa.text("SELECT count(*) FROM accounts WHERE role = 'member'"))
    if members or op.get_bind().scalar(sa.text("SELECT count(*) FROM seats")):
        raise WrongState("cannot go back before seats: there are some, or accounts of members")
    op.drop_table("seats")
