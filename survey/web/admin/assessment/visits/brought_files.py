"""Files that come with a form of a visit: photos without what cameras write into them, papers as they are."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import request

from survey.documents.assessment.plain_photo import plain_photo, without_metadata
from survey.domain.errors import UnfitEvidence
from survey.services.assessment.reports import evidence_files
from survey.services.assessment.reports.evidence_files import StoredEvidence
from survey.storage.database import transaction
from survey.web.admin.assessment.reports.report_words import UNFIT
from survey.web.admin.current_actor import by
from survey.web.context import settings

from .visit_words import UNFIT_PHOTO


@dataclass
class BroughtFiles:
    """The files that were brought and lie in the folder, and sentences on those that were not taken."""

    stored: list[StoredEvidence] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)
    reasons: dict[str, object] = field(default_factory=lambda: dict(UNFIT))

    def words(self, error: UnfitEvidence) -> str:
        """Return why a file is not taken."""
        return str(self.reasons.get(error.why, self.reasons["format"]))


def brought_photos(name: str) -> BroughtFiles:
    """Store the photos that came in a field, without what cameras write beside the picture."""
    return _brought(name, plain_photo, BroughtFiles(reasons=dict(UNFIT_PHOTO)))


def brought_papers(name: str) -> BroughtFiles:
    """Store the papers that came in a field; photos among them without what cameras write into them."""
    return _brought(name, without_metadata, BroughtFiles())


def _brought(name: str, plain: Callable[[bytes], bytes], found: BroughtFiles) -> BroughtFiles:
    folder = evidence_files.evidence_folder(settings().instance)
    for sent in request.files.getlist(name):
        called = sent.filename or ""
        if not called:
            continue
        try:
            with transaction() as session:
                evidence_files.require_room(session, by())
            found.stored.append(evidence_files.store(folder, called, plain(sent.read())))
        except UnfitEvidence as error:
            found.unfit.append(f"{called}：{found.words(error)}")
    return found
