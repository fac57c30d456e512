"""How many codes an open campaign gave out, so that its ceiling is checked without counting them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It starts empty: the first device that asks makes the campaign's row, from a count.
    op.create_table(
        "codes_given",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_codes_given")),
    )


def downgrade() -> None:
    op.drop_table("codes_given")
