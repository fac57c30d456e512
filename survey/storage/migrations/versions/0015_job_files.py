"""Jobs that any node may do, in parts, what they made, and the worker's beat; no queue beside the rows."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What carried messages to the worker until now; with SQLite it was a file of its own.
QUEUE = ("huey_counter", "huey_kv", "huey_schedule", "huey_task")


def upgrade() -> None:
    # Until now every job printed slips, into a folder of the office's node.
    op.add_column("jobs", sa.Column("needs", sa.String(), nullable=False, server_default="handout"))
    op.add_column("jobs", sa.Column("part_of", sa.String(), nullable=True))
    with op.batch_alter_table("jobs") as batch:
        batch.alter_column("needs", server_default=None)
    op.create_table(
        "job_files",
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file", "number", name=op.f("pk_job_files")),
    )
    op.create_table(
        "beats",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beats")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for name in QUEUE:
            op.execute(f"DROP TABLE IF EXISTS {name}")


def downgrade() -> None:
    op.drop_table("beats")
    op.drop_table("job_files")
    with op.batch_alter_table("jobs") as batch:
        batch.drop_column("part_of")
        batch.drop_column("needs")
