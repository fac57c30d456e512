"""The tables of assessments: none of them is read or written in a voter's request."""

import secrets
from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.storage.tables import Base, Moment


class AssessmentRow(Base):
    """One year's round of an office: where it stands, and which version of its definition holds.

    ``salt`` keeps what the log names by digests from being tried out.
    """

    __tablename__ = "assessments"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String, unique=True)
    stage: Mapped[str] = mapped_column(String)
    version: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String)
    salt: Mapped[str] = mapped_column(String, default=lambda: secrets.token_hex(16))


class AssessmentVersionRow(Base):
    """A version of definition and targets, both JSON: 0 is what was loaded, later ones are amendments.

    ``amendment`` is JSON: reason, document, approver, from which period on; empty for version 0.
    """

    __tablename__ = "assessment_versions"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    definition: Mapped[str] = mapped_column(Text)
    targets: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String)
    amendment: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class SeatRow(Base):
    """An account's part in an assessment; ``keys`` is JSON: the units, department or indicators it is about.

    Given and taken away: the row says what holds, the log who gave it when.
    """

    __tablename__ = "seats"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    part: Mapped[str] = mapped_column(String, primary_key=True)
    keys: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_seats_account_id", "account_id"),)


class TakenNumberRow(Base):
    """A number that was reported, accepted or verified: appended, never changed.

    ``value`` is written as a fraction, ``12`` or ``199/5``; ``detail`` is JSON: note, evidence, reason.
    """

    __tablename__ = "taken_numbers"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String)
    period: Mapped[str] = mapped_column(String)
    unit: Mapped[str] = mapped_column(String)
    indicator: Mapped[str] = mapped_column(String)
    value: Mapped[str] = mapped_column(String)
    detail: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_taken_numbers_period", "assessment_id", "period"),)


class SheetPointsRow(Base):
    """Points that a scorer gave by name: appended, never changed."""

    __tablename__ = "sheet_points"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sheet: Mapped[str] = mapped_column(String)
    unit: Mapped[str] = mapped_column(String)
    scorer: Mapped[str] = mapped_column(String)
    line: Mapped[str] = mapped_column(String)
    points: Mapped[str] = mapped_column(String)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class RecordedActRow(Base):
    """A bonus, deduction, veto or typed-in value: appended, and taken back by a later row.

    ``kind`` tells what ``content`` (JSON) holds; ``takes_back`` is the number of the row that holds no more.
    """

    __tablename__ = "recorded_acts"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String)
    content: Mapped[str] = mapped_column(Text)
    takes_back: Mapped[int | None] = mapped_column(Integer)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class YearRecordRow(Base):
    """What was put on record of the year's end beside numbers, points and entries: appended, never changed.

    ``kind`` tells what ``content`` (JSON) holds, ``about`` what it is about: keys with ``/`` between them.
    """

    __tablename__ = "year_records"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String)
    about: Mapped[str] = mapped_column(String)
    content: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_year_records_kind", "assessment_id", "kind"),)


class ClosedPeriodRow(Base):
    """A period that was closed: its bulletin's number, the version that it was closed under, its numbers.

    ``content`` is JSON: the numbers as they stood. ``last_number`` is the last of the numbers taken by then.
    """

    __tablename__ = "closed_periods"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String, primary_key=True)
    bulletin: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    last_number: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class ScoreRecordRow(Base):
    """The year's outcome with all that it rests on, frozen: later findings make a new one with its reason.

    ``signatures`` is JSON: who signed as what and when, filled in once.
    """

    __tablename__ = "score_records"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String)
    reason: Mapped[str] = mapped_column(Text)
    signatures: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class BandDecisionRow(Base):
    """The band that a committee decided for a unit beside a score record: appended, the last one holds."""

    __tablename__ = "band_decisions"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    record: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String)
    content: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class AssessmentEditionRow(Base):
    """One dated version of what was published of an assessment: to whom, and which columns."""

    __tablename__ = "assessment_editions"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(String)
    content: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String)
    published_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
