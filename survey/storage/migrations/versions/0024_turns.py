"""Whose turn it is in campaigns that go person by person."""

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "turns",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("handing_in", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    """Refuse what could not be read any more: a definition with the key, or a list under way."""
    defined = sa.text("SELECT count(*) FROM campaigns WHERE definition LIKE :key")
    if op.get_bind().scalar(defined, {"key": '%"turns":%'}):
        raise WrongState("cannot go back before turns: a campaign goes person by person")
    op.drop_table("turns")
