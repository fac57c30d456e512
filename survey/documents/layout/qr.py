"""QR codes: as modules, as rectangles for a page, as PNG and as SVG."""

from io import BytesIO

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

QUIET = 4
"""Modules that must stay white all round, by ISO/IEC 18004."""

_LEVELS = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}

Matrix = list[list[bool]]
Rectangle = tuple[int, int, int, int]


def matrix(text: str, *, mask: int | None = None, level: str = "M") -> Matrix:
    """Encode a text at an error correction ``level``, M or Q.

    ``mask`` (0–7) fixes the mask pattern; trying all eight takes five times as long. Returns square
    rows of modules, ``True`` for dark, without the quiet zone.
    """
    code = QRCode(error_correction=_LEVELS[level], border=0, mask_pattern=mask)
    code.add_data(text, optimize=0)
    code.make()
    modules: Matrix = code.get_matrix()
    return modules


def best_mask(text: str) -> int:
    """Return the mask pattern (0–7) that suits a text best, for all texts that resemble it."""
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(text, optimize=0)
    code.best_fit()
    mask: int = code.best_mask_pattern()
    return mask


def rectangles(modules: Matrix) -> list[Rectangle]:
    """Cover the dark modules with few rectangles ``(x, y, width, height)``, in modules from the top left.

    Runs of one row are joined, and equal runs of the rows below with them.
    """
    found: list[Rectangle] = []
    above: dict[tuple[int, int], int] = {}
    for y, row in enumerate(modules):
        current: dict[tuple[int, int], int] = {}
        for run in _runs(row):
            if run in above:
                at = above[run]
                x, top, width, height = found[at]
                found[at] = (x, top, width, height + 1)
            else:
                at = len(found)
                found.append((run[0], y, run[1], 1))
            current[run] = at
        above = current
    return found


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    runs = []
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.append((start, x - start))
            start = None
    return runs


def png(text: str, *, module: int = 8) -> bytes:
    """Draw a text as a black and white PNG with its quiet zone, ``module`` pixels a module."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, box_size=module)
    code.add_data(text, optimize=0)
    buffer = BytesIO()
    code.make_image().save(buffer)
    return buffer.getvalue()


def svg(text: str) -> str:
    """Draw a text as an SVG element with its quiet zone, one unit a module, without size or style."""
    modules = matrix(text)
    side = len(modules) + 2 * QUIET
    path = "".join(f"M{x + QUIET} {y + QUIET}h{w}v{h}h-{w}z" for x, y, w, h in rectangles(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )
