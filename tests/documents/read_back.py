"""Documents read back as text, whatever their format."""

import io
import re
from urllib.parse import unquote
from zipfile import ZipFile

import pypdfium2
from werkzeug.test import TestResponse


def words_in(kind: str, data: bytes) -> str:
    """Return all that a document says, without white space; ``kind`` is the key of its format."""
    if kind in ("xlsx", "docx"):
        with ZipFile(io.BytesIO(data)) as packed:
            parts = [packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")]
        text = re.sub("<[^>]*>", "", "".join(parts))
    elif kind == "pdf":
        with pypdfium2.PdfDocument(data) as pdf:
            text = "".join(page.get_textpage().get_text_range() for page in pdf)
    else:
        text = data.decode("utf-8-sig")
    return "".join(text.split())


def name_in(answer: TestResponse) -> str:
    """Return the Chinese name under which an answer is to be kept."""
    return unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])
