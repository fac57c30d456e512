"""Names that are not on a list to tick: wordings, whom accounts say they mean, and what was signed."""

import sqlalchemy as sa
from alembic import op

from survey.domain.errors import WrongState

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = ("written_names", "name_choices", "name_tellers")


def upgrade() -> None:
    op.add_column("counts", sa.Column("written_names", sa.Text(), nullable=True))
    op.create_table(
        "written_names",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "key", name=op.f("pk_written_names")),
    )
    op.create_table(
        "name_choices",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "key", "account", name=op.f("pk_name_choices")),
    )
    op.create_table(
        "name_tellers",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "account", name=op.f("pk_name_tellers")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # The planner's samples of these tables would hold names, votes and choices after they are gone.
        for table in _TABLES:
            for column in sa.inspect(op.get_bind()).get_columns(table):
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column['name']} SET STATISTICS 0")


def downgrade() -> None:
    """Refuse where a campaign asks for names: an older programme would read its definition with a fault."""
    defined = sa.text("SELECT count(*) FROM campaigns WHERE definition LIKE :key")
    if op.get_bind().scalar(defined, {"key": '%"write_in":%'}):
        raise WrongState("cannot go back before written names: a list of a campaign takes them")
    for name in _TABLES:
        op.drop_table(name)
    with op.batch_alter_table("counts") as batch:
        batch.drop_column("written_names")
