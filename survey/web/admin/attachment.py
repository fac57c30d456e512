"""A file as an answer: what it is, and under which name it is kept."""

from urllib.parse import quote

from flask import Response

from survey.documents.export.files import NamedFile


def attachment(content: bytes | str, media: str, name: str, *, quoted: bool = True) -> Response:
    """Answer with a file; ``quoted`` is how its name stands in the header where it could stand bare too."""
    answer = Response(content, mimetype=media)
    name_attachment(answer, name, quoted=quoted)
    return answer


def named_attachment(content: bytes | str, file: NamedFile, **parts: object) -> Response:
    """Answer with one of the files that have a name of their own; ``parts`` fill it in."""
    return attachment(content, file.media, file.named(**parts))


def name_attachment(answer: Response, name: str, *, quoted: bool = True) -> None:
    """Name what an answer hands out, as ``attachment`` does."""
    if not name.isascii():
        # A header holds Latin letters only; RFC 8187 writes the others.
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    elif quoted:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
