"""How jobs are shown, by their kind: whose page, and what a file that they made is called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType

from survey.documents.export.files import (
    MADE_BALLOTS,
    MADE_SLIPS,
    MADE_SLIPS_AND_CODES,
    MADE_SPECIMENS,
    NamedFile,
)
from survey.services.paper import print_jobs, scan_jobs
from survey.services.voting import slip_jobs
from survey.web.admin.words import paper


@dataclass(frozen=True)
class JobPage:
    """The page of jobs of one kind; ``files`` are the names of what they make, by the ending of its file.

    ``words`` are those that the page takes from there.
    """

    template: str
    files: Mapping[str, NamedFile] = field(default_factory=dict)
    words: ModuleType | None = None


PAPER_KINDS = (*print_jobs.KINDS, scan_jobs.KIND)
JOB_PAGES = {
    slip_jobs.KIND: JobPage("admin/operations/job.html", {".pdf": MADE_SLIPS, ".zip": MADE_SLIPS_AND_CODES}),
    print_jobs.BALLOTS: JobPage("admin/paper/print_job.html", {".pdf": MADE_BALLOTS}, paper),
    print_jobs.SPECIMENS: JobPage("admin/paper/print_job.html", {".pdf": MADE_SPECIMENS}, paper),
    scan_jobs.KIND: JobPage("admin/paper/scan_job.html", words=paper),
}
