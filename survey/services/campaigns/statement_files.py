"""Files of ratees' reports, beside a draft: they follow their ratees, and are fixed when it is armed."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.definition.canonical import digest, digest_of_text
from survey.domain.errors import WrongState
from survey.domain.statements.statement_names import NamedRatee, followed, owners
from survey.storage import statement_rows
from survey.storage.statement_rows import StatementFile, StatementUpload


def fixed_digest(files: Iterable[StatementFile]) -> str | None:
    """Return the digest that fixes files: of each ratee's key with the digests of file and text.

    ``None`` where there are none. It is that of canonical JSON, as a definition's is.
    """
    listed = {file.ratee: {"file": file.digest, "text": file.text_digest} for file in files}
    return digest(listed) if listed else None


def fix(session: Session, campaign_code: str) -> str | None:
    """Return what a campaign's files are fixed by from now on; raises ``WrongState`` where some wait."""
    if waiting := statement_rows.number_of_uploads(session, campaign_code):
        raise WrongState(
            f"cannot arm: {waiting} report files of {campaign_code} wait for their ratee; "
            "say on the page of the reports whose they are, or discard them"
        )
    return fixed_digest(statement_rows.files_of(session, campaign_code))


def is_as_fixed(session: Session, campaign_code: str, fixed: str | None) -> bool:
    """Return whether a campaign's files and texts are still those that were fixed, every byte of them."""
    files = statement_rows.files_of(session, campaign_code)
    texts = statement_rows.texts_of(session, campaign_code)
    return fixed_digest(files) == fixed and all(
        digest_of_text(texts[file.ratee]) == file.text_digest
        and statement_rows.digest_of(statement_rows.content_of(session, campaign_code, file.ratee) or b"")
        == file.digest
        for file in files
    )


def read(session: Session, campaign_code: str) -> tuple[list[StatementFile], dict[str, str]]:
    """Return a campaign's files, without what is in them, and the texts drawn out of them, by ratee."""
    return statement_rows.files_of(session, campaign_code), statement_rows.texts_of(session, campaign_code)


def put(session: Session, campaign_code: str, ratee: NamedRatee, upload: StatementUpload) -> StatementFile:
    """Make a PDF file a ratee's report, in the place of the one there was."""
    file = StatementFile(
        ratee=ratee.key,
        ratee_name=ratee.name,
        name=upload.name,
        pages=upload.pages,
        size=len(upload.content),
        digest=statement_rows.digest_of(upload.content),
        text_digest=digest_of_text(upload.text),
        text_bytes=_most_bytes(upload.text),
    )
    statement_rows.put_file(session, campaign_code, file, upload.content, upload.text)
    return file


def _most_bytes(text: str) -> int:
    """Return how many bytes a text takes at most: in JSON a line break is two, on a page a bracket four."""
    return max(len(json.dumps(text, ensure_ascii=False).encode()), len(escape(text).encode()))


def follow(session: Session, campaign_code: str, document: Mapping[str, Any]) -> None:
    """Keep each file with its ratee in a new version of a draft.

    What belongs to nobody any more, or to somebody of another name, waits for a person to say whose it is.
    """
    files = statement_rows.files_of(session, campaign_code)
    if not files:
        return
    ratees = named_ratees(document)
    kept = followed({file.ratee: file.ratee_name for file in files}, ratees)
    _let_wait(session, campaign_code, [file for file in files if file.ratee not in kept], ratees)
    statement_rows.rename_files(
        session, campaign_code, {before: after for before, after in kept.items() if before != after}
    )


def _let_wait(
    session: Session, campaign_code: str, files: Sequence[StatementFile], ratees: Sequence[NamedRatee]
) -> None:
    texts = statement_rows.texts_of(session, campaign_code) if files else {}
    for file in files:
        content = statement_rows.content_of(session, campaign_code, file.ratee) or b""
        of = owners(file.name, ratees)
        upload = StatementUpload(
            number=0,
            name=file.name,
            text=texts[file.ratee],
            content=content,
            pages=file.pages,
            pictures=0,
            numbers=0,
            ratee=of[0] if len(of) == 1 else "",
        )
        statement_rows.add_uploads(session, campaign_code, [upload])
        statement_rows.drop_file(session, campaign_code, file.ratee)


def named_ratees(document: Mapping[str, Any]) -> list[NamedRatee]:
    """List the ratees of a draft, whole or not, that have a key of their own."""
    rows = [row for row in document.get("ratees") or () if isinstance(row, Mapping)]
    keys = [str(row.get("key") or "") for row in rows]
    times = Counter(keys)
    return [
        NamedRatee(key, *(str(row.get(part) or "") for part in ("name", "post", "unit")))
        for key, row in zip(keys, rows, strict=True)
        if key and times[key] == 1
    ]
