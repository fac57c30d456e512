"""An index that finds a campaign's codes, so that nobody reads those of all others."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_tokens_campaign_id"), "tokens", ["campaign_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_tokens_campaign_id"), "tokens")
