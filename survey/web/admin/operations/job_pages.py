"""How jobs are shown, by their kind: whose page, and what a file that they made is called."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.documents.export.files import MADE_SLIPS, MADE_SLIPS_AND_CODES, NamedFile
from survey.services.voting import slip_jobs


@dataclass(frozen=True)
class JobPage:
    """The page of jobs of one kind; ``files`` are the names of what they make, by the ending of its file."""

    template: str
    files: Mapping[str, NamedFile] = field(default_factory=dict)


JOB_PAGES = {
    slip_jobs.KIND: JobPage(
        "admin/operations/job.html", {".pdf": MADE_SLIPS, ".zip": MADE_SLIPS_AND_CODES}
    ),
}
