"""Whether an account that says whom written names mean was released by an owner."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("name_tellers") as batch:
        batch.add_column(sa.Column("released", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("name_tellers") as batch:
        batch.alter_column("released", server_default=None)
    if op.get_bind().dialect.name == "postgresql":
        # As of the table's other columns: the planner keeps no sample of it.
        op.execute("ALTER TABLE name_tellers ALTER COLUMN released SET STATISTICS 0")


def downgrade() -> None:
    """Drop the mark: who was released holds a place again, and its choices were never gone."""
    with op.batch_alter_table("name_tellers") as batch:
        batch.drop_column("released")
