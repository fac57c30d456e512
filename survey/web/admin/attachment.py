"""A file as an answer: what it is, and under which name it is kept."""

from flask import Response

from survey.documents.export.files import FileName, NamedFile


def attachment(content: bytes | str, media: str, name: FileName) -> Response:
    """Answer with a file that is to be kept under a name."""
    answer = Response(content, mimetype=media)
    name_attachment(answer, name)
    return answer


def named_attachment(content: bytes | str, file: NamedFile, **parts: object) -> Response:
    """Answer with one of the files that have a name of their own; ``parts`` fill it in."""
    return attachment(content, file.media, file.named(**parts))


def name_attachment(answer: Response, name: FileName) -> None:
    """Name what an answer hands out, as ``attachment`` does."""
    answer.headers["Content-Disposition"] = name.disposition("attachment")
