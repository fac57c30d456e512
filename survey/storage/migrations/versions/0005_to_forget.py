"""Which tables hold deleted rows that the database's files have yet to forget."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "to_forget",
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_to_forget")),
    )


def downgrade() -> None:
    op.drop_table("to_forget")
