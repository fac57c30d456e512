"""The tables of reports on their way: what is typed, what was submitted, the files that prove it."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.storage.tables import Base, Moment


class TypedNumberRow(Base):
    """A number that is being typed: gone once it is submitted. ``revision`` counts its changes."""

    __tablename__ = "typed_numbers"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String, primary_key=True)
    unit: Mapped[str] = mapped_column(String, primary_key=True)
    indicator: Mapped[str] = mapped_column(String, primary_key=True)
    value: Mapped[str] = mapped_column(String)
    note: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(BigInteger)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class SubmittedNumberRow(Base):
    """A number as it was submitted: appended, never changed, while its state moves on.

    ``value`` is written as a fraction, empty where nothing was reported; ``detail`` is JSON: note, reason,
    evidence. ``answer`` says why it was returned; ``moved_by`` took the last step.
    """

    __tablename__ = "submitted_numbers"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String)
    unit: Mapped[str] = mapped_column(String)
    indicator: Mapped[str] = mapped_column(String)
    value: Mapped[str] = mapped_column(String)
    detail: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String)
    late: Mapped[bool] = mapped_column(Boolean)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    approved_by: Mapped[str] = mapped_column(String)
    answer: Mapped[str] = mapped_column(Text)
    moved_by: Mapped[str] = mapped_column(String)
    moved_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_submitted_numbers_period", "assessment_id", "period"),)


class EvidenceFileRow(Base):
    """A file that proves a number: its name and digest; what is in it lies in the instance's folder.

    Name and digest are empty once the file was taken away: its number is given to no other.
    """

    __tablename__ = "evidence_files"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String)
    unit: Mapped[str] = mapped_column(String)
    indicator: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String)
    format: Mapped[str] = mapped_column(String)
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_evidence_files_period", "assessment_id", "period"),)


class VisitFileRow(Base):
    """A file of a visit: its name and digest; what is in it lies in the instance's folder of evidence.

    ``part`` tells whether it came with the finding or with the unit's answer. Name and digest are empty once
    the file was taken away: its number is given to no other.
    """

    __tablename__ = "visit_files"

    assessment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String)
    unit: Mapped[str] = mapped_column(String)
    indicator: Mapped[str] = mapped_column(String)
    part: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String)
    format: Mapped[str] = mapped_column(String)
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String)
    recorded_by: Mapped[str] = mapped_column(String)
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_visit_files_unit", "assessment_id", "unit"),)
