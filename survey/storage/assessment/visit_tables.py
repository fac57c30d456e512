"""The table of files that belong to visits: photos of a finding, papers of a unit's answer."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.storage.tables import Base, Moment


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
