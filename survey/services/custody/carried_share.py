"""A file in which a holder brings a share: of words or digits, a picture of the QR code, or the sheet's PDF.

The page and the command read it here, in memory; what it says is read by ``share_input`` alone.
"""

from survey.documents.layout.qr_reading import read_codes
from survey.domain.errors import BadFile, BadShare
from survey.domain.operations.carried_text import text_of
from survey.secrecy.share_input import read_share

_PDF = b"%PDF-"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")


def is_picture(content: bytes) -> bool:
    """Return whether a file begins as a picture does that can be read: PNG, JPEG or WebP."""
    return content.startswith(_PICTURES)


def share_text(content: bytes) -> str:
    """Return what a file says of a share, for ``read_share``.

    Raises ``BadShare`` where it cannot hold one (``file``), or is a picture without a share's QR code
    (``picture``, ``other-code``), with several (``several``), or the PDF of something else (``pdf``).
    """
    if is_picture(content):
        return _in_picture(content)
    if content.startswith(_PDF):
        # Its writer is loaded only where there is a PDF.
        from survey.documents.pdf.share_sheet import digits_in

        digits = digits_in(content)
        if digits is None:
            raise BadShare("this PDF is not the sheet of a share as it was handed out", "pdf")
        return digits
    text = text_of(content)
    if text is None:
        raise BadShare("this file holds neither words nor digits nor a picture that can be read", "file")
    return text


def _in_picture(content: bytes) -> str:
    try:
        codes = read_codes(content)
    except BadFile as error:
        raise BadShare(f"{error}; take it anew, or type the digits", "picture") from None
    if not codes:
        raise BadShare("there is no QR code in this picture", "picture")
    shares = {words for words in map(_share_in, codes) if words}
    if len(shares) > 1:
        raise BadShare("there are several shares in this picture; bring them one by one", "several")
    if not shares:
        raise BadShare("the QR code in this picture is not of a share", "other-code")
    return shares.pop()


def _share_in(text: str) -> str | None:
    try:
        return read_share(text).words
    except BadShare:
        return None
