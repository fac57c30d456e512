"""Paper ballots: what was read of them while they wait, and whether their campaign collects them."""

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

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
    _refuse_with_paper()
    for name in ("paper_crops", "paper_sheets"):
        op.drop_table(name)
    with op.batch_alter_table("campaigns") as batch:
        batch.drop_column("collecting")


def _refuse_with_paper() -> None:
    """Refuse what an older version would misread.

    It would let phones in again, and takes a code for used only where the mark is 1.
    """
    collecting = sa.text("SELECT count(*) FROM campaigns WHERE collecting AND state = 'open'")
    on_paper = sa.text("SELECT count(*) FROM tokens WHERE spent = 2")
    if op.get_bind().scalar(collecting):
        raise WrongState("cannot go back before paper ballots: a campaign collects them; close it first")
    if op.get_bind().scalar(on_paper):
        raise WrongState(
            "cannot go back before paper ballots: codes were used on paper; shred their campaigns first"
        )
