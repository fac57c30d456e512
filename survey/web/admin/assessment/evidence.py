"""Files that prove numbers, handed out to those who may see them: always to be kept, never shown in place."""

from flask.typing import ResponseReturnValue

from survey.documents.export.files import MEDIA, FileName
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import FileGone, UnknownEvidence
from survey.services.assessment.reports import evidence_files
from survey.storage.database import transaction
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint
from survey.web.context import settings

from .seat_guard import require_act, seat_access


@blueprint.get("/a/<assessment_code>/evidence/<int:number>")
@seat_access(SeatAct.SEE_EVIDENCE)
def evidence_file(assessment_code: str, number: int) -> ResponseReturnValue:
    """Hand out a file, to whoever may see the number that it proves."""
    with transaction() as session:
        file = evidence_files.find(session, assessment_code, number)
    require_act(SeatAct.SEE_EVIDENCE, file.unit, file.indicator)
    try:
        content = evidence_files.read(evidence_files.evidence_folder(settings().instance), file.digest)
    except FileGone as error:
        raise UnknownEvidence(str(error)) from error
    name = FileName(file.name, f"evidence-{file.number}.{file.format}")
    return attachment(content, MEDIA[file.format], name)
