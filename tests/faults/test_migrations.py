"""Migrations down and up with data in the tables: what both versions can hold stays as it is."""

from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, select

from survey.domain.definition.campaign import State
from survey.services.audit import audit
from survey.services.campaigns import campaigns
from survey.services.results import publishing
from survey.storage.database import db, transaction
from survey.storage.schema import FOLDER, attach, present_revision, revisions
from tests.builders import a_definition, cast, close, count, running_campaign
from tests.published import certified, publish

Rows = dict[str, dict[str, list[Any]]]


def rows(app: Flask) -> Rows:
    """Return every value of every table, column by column, in the order of the primary key."""
    found = MetaData()
    with app.app_context(), db.engine.connect() as connection:
        found.reflect(connection)
        kept: Rows = {}
        for table in found.sorted_tables:
            if table.name == "alembic_version":
                continue
            read = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings().all()
            kept[table.name] = {column.name: [row[column.name] for row in read] for column in table.columns}
        return kept


def limited_to(other: Rows, found: Rows) -> Rows:
    """Keep of a database what another one can hold, too."""
    return {
        name: {key: values for key, values in columns.items() if key in other[name]}
        for name, columns in found.items()
        if name in other
    }


@pytest.mark.slow
def test_down_to_the_first_and_up_again_with_data(each_app: Flask) -> None:
    ongoing = running_campaign(each_app, a_definition(campaign=named("ongoing")), 6)
    receipts = sorted(cast(each_app, code, {"c1.de": "poor"}) for code in ongoing.codes["A"])
    done = running_campaign(each_app, a_definition(campaign=named("done")), 6)
    for code in done.codes["B"]:
        cast(each_app, code, {"c1.de": "excellent"})
    close(each_app, "done")
    count(each_app, "done")
    certified(a_definition())
    publish("small")
    with transaction() as session:
        results = publishing.results(session, "small")[1]
        log = audit.verify(session)
    attach(each_app)
    whole = rows(each_app)
    assert {"ballots", "tokens", "receipts", "counts", "editions"} <= {
        name for name, columns in whole.items() if any(columns.values())
    }
    for revision in reversed(revisions()[:-1]):
        downgrade(directory=str(FOLDER), revision=revision)
        now = rows(each_app)
        assert limited_to(whole, now) == limited_to(now, whole), revision
    assert present_revision() == revisions()[0]
    for revision in revisions()[1:]:
        upgrade(directory=str(FOLDER), revision=revision)
        now = rows(each_app)
        kept, now = limited_to(now, whole), limited_to(whole, now)
        for name in ("ballots", "tokens", "receipts", "audit", "presence"):
            assert now[name] == kept[name], (revision, name)
    with transaction() as session:
        assert publishing.results(session, "small")[1] == results
        assert audit.verify(session) == log
        assert campaigns.find_campaign(session, "small").state is State.CERTIFIED
    close(each_app, "ongoing")
    assert count(each_app, "ongoing").count.accounting.total.valid == len(receipts)


def named(code: str) -> dict[str, str]:
    return {"code": code, "title": "小型测评", "organiser": "考核组"}
