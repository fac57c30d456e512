"""Paper ballots: what was read of them while they wait, and whether their campaign collects them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "campaigns", sa.Column("collecting", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("campaigns") as batch:
        batch.alter_column("collecting", server_default=None)
    for name in ("paper_sheets", "paper_crops"):
        op.create_table(
            name,
            sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("key", sa.LargeBinary(length=16), nullable=False),
            sa.Column("sealed", sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint("campaign_id", "key", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    for name in ("paper_crops", "paper_sheets"):
        op.drop_table(name)
    with op.batch_alter_table("campaigns") as batch:
        batch.drop_column("collecting")
