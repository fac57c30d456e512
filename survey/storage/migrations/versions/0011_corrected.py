"""The wording of a campaign as it was corrected after arming, beside that to which ballots are sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("corrected", sa.Text(), nullable=True))
    op.add_column("campaigns", sa.Column("wording", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("campaigns") as batch:
        batch.drop_column("wording")
        batch.drop_column("corrected")
