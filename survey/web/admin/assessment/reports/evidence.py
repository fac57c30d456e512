"""Files that prove numbers, handed out to those who may see them: always to be kept, never shown in place."""

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.documents.export.files import MEDIA, FileName
from survey.domain.assessment.indicators import Reporter
from survey.domain.assessment.reports.submitted_report import EvidenceFile
from survey.domain.assessment.seats import SeatAct, may_report
from survey.domain.errors import FileGone, UnknownEvidence
from survey.services.assessment.reports import evidence_files
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint
from survey.web.context import settings


@blueprint.get("/a/<assessment_code>/evidence/<int(max=999999999):number>")
@seat_access(SeatAct.SEE_EVIDENCE)
def evidence_file(assessment_code: str, number: int) -> ResponseReturnValue:
    """Hand out a file, to whoever may see the number that it proves; to others there is none."""
    with transaction() as session:
        file = evidence_files.find(session, assessment_code, number)
        if not may_see_file(session, file):
            raise UnknownEvidence(f"{assessment_code} has no file {number}")
    try:
        content = evidence_files.read(evidence_files.evidence_folder(settings().instance), file.digest)
    except FileGone as error:
        raise UnknownEvidence(str(error)) from error
    name = FileName(file.name, f"evidence-{file.number}.{file.format}")
    return attachment(content, MEDIA[file.format], name)


def may_see_file(session: Session, file: EvidenceFile) -> bool:
    """Check whether one may see a file: until its number is submitted, as who reports it or signs it off."""
    if evidence_files.was_submitted(session, here().assessment.code, file):
        return may_here(SeatAct.SEE_EVIDENCE, file.unit, file.indicator)
    indicator = here().definition.indicator.get(file.indicator)
    if indicator is None:
        return False
    signs = indicator.source is Reporter.UNIT and may_here(SeatAct.SIGN_OFF, file.unit)
    return signs or may_report(here().seats, file.unit, indicator)
