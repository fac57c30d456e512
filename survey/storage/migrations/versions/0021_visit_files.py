"""Photos of visits and the papers that a unit answers with: their names and digests."""

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_files",
        *(
            sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)
            for name in ("assessment_id", "number")
        ),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("period", "unit", "indicator", "part", "name", "format")
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("digest", "recorded_by")),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_visit_files")),
    )
    op.create_index("ix_visit_files_unit", "visit_files", ["assessment_id", "unit"])


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM visit_files")):
        raise WrongState("cannot go back before files of visits: there are some, and would be lost")
    op.drop_table("visit_files")
