"""The migrations make exactly the tables of the models, on both databases, and go back."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, inspect, text

from survey.domain.assessment.seats import Seat, SeatPart
from survey.domain.definition.campaign import Publication
from survey.domain.errors import WrongState
from survey.domain.publication.edition import everything
from survey.services.accounts import accounts
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results.publishing import editions
from survey.storage.assessment import seat_rows
from survey.storage.assessment.assessment_tables import AssessmentRow, AssessmentVersionRow
from survey.storage.database import db, transaction
from survey.storage.schema import FOLDER, attach, newest_revision, present_revision
from survey.storage.tables import Base
from tests.builders import BY, a_definition, collect, running_campaign
from tests.published import certified, publish
from tests.sms_clients import listed_campaign
from tests.storage.assessment.stored_assessment import stored_assessment


def test_the_newest_revision_equals_the_models(each_app: Flask) -> None:
    assert present_revision() == newest_revision()
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again(each_app: Flask) -> None:
    attach(each_app)
    downgrade(directory=str(FOLDER), revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(directory=str(FOLDER))
    assert set(inspect(db.engine).get_table_names()) >= set(Base.metadata.tables)


def test_it_does_not_go_back_while_paper_is_collected_or_a_code_was_used_on_paper(
    each_app: Flask,
) -> None:
    running_campaign(each_app, a_definition(paper={}), 1)
    collect(each_app, "small")
    attach(each_app)
    downgrade(directory=str(FOLDER), revision="0016")
    with pytest.raises(WrongState, match="a campaign collects them"):
        downgrade(directory=str(FOLDER), revision="0015")
    with transaction(write=True) as session:
        session.execute(text("UPDATE tokens SET spent = 2 WHERE rater_group = 'A'"))
        session.execute(text("UPDATE campaigns SET state = 'closed'"))
    with pytest.raises(WrongState, match="codes were used on paper"):
        downgrade(directory=str(FOLDER), revision="0015")
    assert present_revision() == "0016"
    with transaction(write=True) as session:
        session.execute(text("DELETE FROM tokens"))
    downgrade(directory=str(FOLDER), revision="0015")
    upgrade(directory=str(FOLDER))


def test_it_does_not_go_back_while_text_messages_are_asked_for_or_refused(each_app: Flask) -> None:
    listed_campaign(each_app, 2)
    attach(each_app)
    with pytest.raises(WrongState, match="lists or opt-outs"):
        downgrade(directory=str(FOLDER), revision="0021")
    with transaction(write=True) as session:
        session.execute(text("DELETE FROM sms_campaigns"))
        session.execute(text("INSERT INTO sms_opt_outs (digest) VALUES (:digest)"), {"digest": b"x"})
    with pytest.raises(WrongState, match="lists or opt-outs"):
        downgrade(directory=str(FOLDER), revision="0021")
    with transaction(write=True) as session:
        session.execute(text("DELETE FROM sms_opt_outs"))
    with pytest.raises(WrongState, match="a campaign asks by them"):
        downgrade(directory=str(FOLDER), revision="0021")
    with transaction(write=True) as session:
        session.execute(text("DELETE FROM campaigns"))
    downgrade(directory=str(FOLDER), revision="0021")
    upgrade(directory=str(FOLDER))


def test_what_was_public_before_there_were_editions_has_its_first(each_app: Flask) -> None:
    definition = certified(a_definition())
    publish("small")
    attach(each_app)
    downgrade(directory=str(FOLDER), revision="0003")
    upgrade(directory=str(FOLDER))
    with transaction() as session:
        (edition,) = editions(session, find_campaign(session, "small"))
    assert (edition.number, edition.level, edition.note) == (1, Publication.PUBLIC, "")
    assert edition.choice == everything(definition)
    assert (edition.published_at, edition.withdrawn_at) == (BY.at, None)


def test_it_does_not_go_back_while_there_are_seats_or_members(each_app: Flask) -> None:
    attach(each_app)
    with transaction(write=True) as session:
        assessment = stored_assessment(session)
        member = accounts.create(session, "张三", "member", None, BY).account
        seat = Seat(member.id, assessment.code, SeatPart.REPORTER, ("t1",))
        seat_rows.put_seat(session, assessment.id, seat, "王芳", BY.at)
    with pytest.raises(WrongState, match="cannot go back before seats"):
        downgrade(directory=str(FOLDER), revision="0017")
    with transaction(write=True) as session:
        assert seat_rows.drop_seat(session, assessment.id, member.id, SeatPart.REPORTER)
    with pytest.raises(WrongState, match="cannot go back before seats"):
        downgrade(directory=str(FOLDER), revision="0017")
    with transaction(write=True) as session:
        session.execute(text("DELETE FROM login_links"))
        session.execute(text("DELETE FROM accounts"))
    downgrade(directory=str(FOLDER), revision="0017")
    upgrade(directory=str(FOLDER))


def test_it_does_not_go_back_while_there_are_assessments(each_app: Flask) -> None:
    with transaction(write=True) as session:
        stored_assessment(session)
    running_campaign(each_app, a_definition(), 1)
    attach(each_app)
    downgrade(directory=str(FOLDER), revision="0017")
    with pytest.raises(WrongState, match="there are some, and they would be lost"):
        downgrade(directory=str(FOLDER), revision="0016")
    assert present_revision() == "0017"
    with transaction(write=True) as session:
        for row in (AssessmentVersionRow, AssessmentRow):
            session.execute(delete(row))
    downgrade(directory=str(FOLDER), revision="0016")
    upgrade(directory=str(FOLDER))
    with transaction(write=True) as session:
        assert find_campaign(session, "small").code == "small"
        assert stored_assessment(session).code == "qy"
