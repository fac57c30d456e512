"""Indexes that find the log's entries of a campaign, or of an act, among those of all others."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_audit_campaign"), "audit", ["campaign"])
    op.create_index(op.f("ix_audit_act"), "audit", ["act"])


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_act"), "audit")
    op.drop_index(op.f("ix_audit_campaign"), "audit")
