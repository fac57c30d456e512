"""As what a unit's office read the columns of its rosters."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_columns",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("heads", sa.LargeBinary(length=32), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "heads", name=op.f("pk_roster_columns")),
    )


def downgrade() -> None:
    op.drop_table("roster_columns")
