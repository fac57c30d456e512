"""The files of an amendment, carried by its page until it is confirmed: the server keeps none."""

import json
from dataclasses import dataclass
from io import BytesIO

from flask import request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from survey.documents.assessment.row_files import read_rows
from survey.documents.definition.definition_file import MAX_FILE as MAX_DEFINITION
from survey.documents.roster.cells import MAX_FILE
from survey.domain.errors import BadNumbers, StalePage
from survey.secrecy.sealed_form_state import Carrier
from survey.services.assessment.running.amended_versions import held_document
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here
from survey.web.admin.assessment.setup_faults import ToldFault, told_cells
from survey.web.admin.assessment.setup_upload import SentSetup, read_sent
from survey.web.context import session_key

CARRIED = "carried"
"""The field; what it holds is not kept over a login."""
LARGEST = 2 * (MAX_FILE + MAX_DEFINITION)
"""Of a request: files as they are, or as a page carries them, which takes a third more."""


@dataclass(frozen=True)
class CarriedFile:
    """A file by its name."""

    name: str
    content: bytes

    def as_sent(self) -> FileStorage:
        """Return it as a request brings it."""
        return FileStorage(BytesIO(self.content), filename=self.name)


@dataclass(frozen=True)
class CarriedFiles:
    """The files of an amendment, and the digest of the version that was before whoever chose them.

    ``main`` is a workbook or a definition file; without it only targets are amended.
    """

    base: str
    main: CarriedFile | None = None
    targets: CarriedFile | None = None

    @property
    def names(self) -> list[str]:
        """List what the files are called."""
        return [one.name for one in (self.main, self.targets) if one]

    def wrapped(self) -> str:
        """Return them sealed, for the account and the assessment of this request."""
        files = [one and [one.name, len(one.content)] for one in (self.main, self.targets)]
        head = json.dumps([self.base, files]).encode()
        contents = b"".join(one.content for one in (self.main, self.targets) if one)
        return _carrier().wrap(head + b"\n" + contents)

    def read(self) -> SentSetup:
        """Read the files; what is wrong with them is in its faults."""
        if self.main is None:
            return _only_targets(self.targets)
        found = read_sent(self.main.as_sent(), self.targets.as_sent() if self.targets else None)
        if found.workbook and self.targets:
            said = _("工作簿里已经有目标。请不要另附目标文件。")
            return SentSetup(faults=(ToldFault(self.targets.name, "", str(said)),))
        return found


def sent_files() -> CarriedFiles | None:
    """Return the files of this request, those just chosen before those carried; ``None`` where none came."""
    main, targets = _chosen("file"), _chosen("targets")
    if main or targets:
        return CarriedFiles(here().assessment.digest, main, targets)
    return carried_files()


def carried_files() -> CarriedFiles | None:
    """Return the files that the page carried; ``None`` where it had none, or they are not this account's."""
    try:
        head, _line, contents = _carrier().unwrap(request.form.get(CARRIED, "")).partition(b"\n")
    except StalePage:
        return None
    base, files = json.loads(head)
    found: list[CarriedFile | None] = []
    for one in files:
        found.append(one and CarriedFile(one[0], contents[: one[1]]))
        contents = contents[one[1] :] if one else contents
    return CarriedFiles(base, *found)


def _chosen(field: str) -> CarriedFile | None:
    sent = request.files.get(field)
    return CarriedFile(sent.filename, sent.read()) if sent and sent.filename else None


def _only_targets(targets: CarriedFile | None) -> SentSetup:
    if targets is None:
        return SentSetup(faults=(ToldFault("", "", str(_("请选择一个文件。"))),))
    with transaction() as session:
        data = held_document(session, here().assessment.code)
    try:
        return SentSetup(data, read_rows(targets.name, targets.content))
    except BadNumbers as refused:
        return SentSetup(faults=tuple(told_cells(refused.faults)))


def _carrier() -> Carrier:
    account = str(current_user.account.id)
    return Carrier(session_key(), account.encode(), ("amendment", here().assessment.code))
