"""What was chosen for a roster's columns is offered to the unit again, and nothing of the roster is kept."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from survey.documents.roster.mapping import RosterMapping
from survey.documents.roster.reader import read_roster
from survey.services.campaigns import rosters
from survey.storage.database import transaction
from survey.storage.tables import RosterColumnsRow
from tests.documents.rosters import GROUPS, SECTIONS, workbook
from tests.office_roster import office_roster


def mapping(data: bytes) -> RosterMapping:
    found = read_roster(data, "r.xlsx", SECTIONS, GROUPS).mapping
    assert found
    return found


def test_a_choice_is_offered_again_to_its_unit(app: Flask) -> None:
    guessed = mapping(office_roster())
    chosen = replace(guessed, columns={2: "姓名", 8: "职务", 12: "单位"})
    with app.app_context():
        with transaction(write=True) as session:
            rosters.remember(session, "甲局", chosen)
        with transaction() as session:
            assert rosters.remembered(session, "甲局", guessed).columns == chosen.columns
            assert rosters.remembered(session, "乙局", guessed) == guessed
            other = mapping(workbook([["张三"]], heads=("姓名", "性别")))
            assert rosters.remembered(session, "甲局", other) == other
            two_rows = mapping(office_roster(two_rows=True))
            assert rosters.remembered(session, "甲局", two_rows) == two_rows


def test_nothing_of_the_roster_is_kept(app: Flask) -> None:
    with app.app_context():
        with transaction(write=True) as session:
            rosters.remember(session, "甲局", mapping(office_roster()))
        with transaction() as session:
            (row,) = session.scalars(select(RosterColumnsRow))
            assert set(row.columns) <= set('[]", 姓名单位职务测评表')
            assert len(row.heads) == 32


def test_a_roster_without_heads_is_not_remembered(app: Flask) -> None:
    with app.app_context(), transaction(write=True) as session:
        rosters.remember(session, "甲局", mapping(workbook([["张三", "局长"]], heads=("李四", "科长"))))
        assert session.scalar(select(RosterColumnsRow)) is None
