"""Files of ratees' reports, those that wait for their ratee, and the digest that fixes them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("statements", sa.String(), nullable=True))
    op.create_table(
        "statement_files",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("ratee", sa.String(), nullable=False),
        sa.Column("ratee_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text_digest", sa.String(), nullable=False),
        sa.Column("text_bytes", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "ratee", name=op.f("pk_statement_files")),
    )
    op.create_table(
        "statement_uploads",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.Column("ratee", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "number", name=op.f("pk_statement_uploads")),
    )


def downgrade() -> None:
    op.drop_table("statement_uploads")
    op.drop_table("statement_files")
    with op.batch_alter_table("campaigns") as batch:
        batch.drop_column("statements")
