"""What stands beside a count: decisions, editions, Word templates; a salt for its digest."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("counts", sa.Column("salt", sa.LargeBinary(length=16), nullable=True))
    op.create_table(
        "decisions",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_decisions")),
    )
    op.create_table(
        "editions",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_editions")),
    )
    op.create_table(
        "word_templates",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit", "kind", name=op.f("pk_word_templates")),
    )
    _publish_what_is_public()


def _publish_what_is_public() -> None:
    """Give each campaign whose results are public its first edition: all tables, as readers see them now."""
    campaigns = sa.table("campaigns", *map(sa.column, ("id", "code", "definition", "publication")))
    moment = sa.DateTime(timezone=True)
    audit = sa.table(
        "audit", sa.column("campaign"), sa.column("act"), sa.column("actor"), sa.column("at", moment)
    )
    editions = sa.table(
        "editions",
        *map(sa.column, ("campaign_id", "number", "level", "content", "recorded_by")),
        sa.column("published_at", moment),
    )
    bind = op.get_bind()
    public = campaigns.c.publication.in_(("public", "link"))
    for found in bind.execute(sa.select(campaigns).where(public)).mappings().all():
        act = bind.execute(
            sa.select(audit.c.actor, audit.c.at)
            .where(audit.c.campaign == found["code"], audit.c.act == "publish")
            .order_by(audit.c.at.desc())
        ).first()
        sections = [section["key"] for section in json.loads(found["definition"])["sections"]]
        tables = ("accounting", "ranking", "values", "groups", "questions", "breakdowns")
        choice = {"sections": sections} | dict.fromkeys(tables, True)
        choice |= {"comments": False, "decisions": False}
        bind.execute(
            sa.insert(editions).values(
                campaign_id=found["id"],
                number=1,
                level=found["publication"],
                content=json.dumps({"choice": choice, "personal": None, "note": "", "decisions": 0}),
                recorded_by=act.actor if act else "",
                published_at=act.at if act else datetime.now(UTC),
            )
        )


def downgrade() -> None:
    for table in ("word_templates", "editions", "decisions"):
        op.drop_table(table)
    with op.batch_alter_table("counts") as batch:
        batch.drop_column("salt")
