"""Finding a ballot in a picture: its code, its markers, and the page flattened to eight pixels a mm."""

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from survey.domain.paper.reading import PageFault, SheetCode, sheet_code
from survey.domain.paper.sheet import CODE, MARKER, PaperPage

from .ingest import Grey, is_empty

SCALE = 8
"""Pixels a mm of a flattened page."""
_COARSE = 5.2
"""Pixels a mm, 132 dpi: with fewer a mark is too few of them."""
_BENT = 1.2
"""Mm by which the corners of markers may miss their places."""
_LEAST_MARKERS = 3
_FORMATS: Any = zxingcpp.BarcodeFormat.QRCode

_Corners = Mapping[int, NDArray[Any]]
Point = tuple[float, float]
"""A place in a picture, in pixels."""


class UnreadablePage(Exception):
    """A page cannot be read; ``why`` says what is wrong with it."""

    def __init__(self, why: PageFault) -> None:
        super().__init__(why.value)
        self.why = why


def codes_of(picture: Grey) -> Mapping[SheetCode, Sequence[Point]]:
    """Map what the QR codes of a picture say to where they are; most often one code, at two places.

    There may be another: that of the back of thin paper, which is read although it is seen from behind.
    Raises ``UnreadablePage`` where none is a ballot's.
    """
    for scaled in (picture, cv2.GaussianBlur(picture, (0, 0), 1.0)):
        found: dict[SheetCode, list[Point]] = {}
        for barcode in zxingcpp.read_barcodes(scaled, formats=_FORMATS):
            code = sheet_code(barcode.text)
            if code:
                found.setdefault(code, []).append(_middle(barcode.position))
        if found:
            return found
    raise UnreadablePage(PageFault.CODE)


def is_back(picture: Grey) -> bool:
    """Return whether a page is the empty back of a ballot: nothing is printed on it, no marker either."""
    return is_empty(picture) and not _markers(picture)


def flatten(picture: Grey, page: PaperPage, read_at: Sequence[Point]) -> Grey:
    """Return the page as it was printed, ``SCALE`` pixels a mm, whatever way it lay on the glass.

    ``read_at`` is where in the picture the page's code was read. Raises ``UnreadablePage`` where markers are
    missing, the code is not in its place, the sheet was bent, or the picture is too coarse.
    """
    found = _markers(picture)
    seen, printed = [], []
    for number, (x, y) in enumerate(page.markers):
        if number in found:
            seen.append(found[number])
            corners = ((x, y), (x + MARKER, y), (x + MARKER, y + MARKER), (x, y + MARKER))
            printed.append(np.array(corners, dtype=np.float32))
    if len(seen) < _LEAST_MARKERS:
        raise UnreadablePage(PageFault.MARKERS)
    source, target = np.concatenate(seen), np.concatenate(printed)
    to_page, _ = cv2.findHomography(source, target)
    if to_page is None:
        raise UnreadablePage(PageFault.MARKERS)
    mapped = cv2.perspectiveTransform(source.reshape(-1, 1, 2), to_page).reshape(-1, 2)
    if np.abs(mapped - target).max() > _BENT:
        raise UnreadablePage(PageFault.BENT)
    if not _in_place(to_page, page, read_at):
        raise UnreadablePage(PageFault.CODE)
    per_mm = _pixels_per_mm(seen)
    if per_mm < _COARSE:
        raise UnreadablePage(PageFault.COARSE)
    if per_mm > 2 * SCALE:
        # Sampled at fewer points, a fine picture would lose thin strokes.
        factor = SCALE * 1.5 / per_mm
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        to_page = to_page @ np.diag([1 / factor, 1 / factor, 1.0])
    size = (round(page.width * SCALE), round(page.height * SCALE))
    whole = np.diag([SCALE, SCALE, 1.0]) @ to_page
    flat: Grey = cv2.warpPerspective(
        picture, whole, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return flat


def _middle(position: Any) -> Point:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return sum(corner.x for corner in corners) / 4, sum(corner.y for corner in corners) / 4


def _in_place(to_page: NDArray[Any], page: PaperPage, read_at: Sequence[Point]) -> bool:
    """Return whether a code was read where one is printed; what shines through stands elsewhere."""
    there = cv2.perspectiveTransform(np.array(read_at, dtype=np.float32).reshape(-1, 1, 2), to_page)
    printed = np.array(page.codes, dtype=np.float32) + CODE / 2
    apart = np.linalg.norm(there.reshape(-1, 1, 2) - printed.reshape(1, -1, 2), axis=2)
    return bool(apart.min() < CODE / 2)


def _pixels_per_mm(markers: Sequence[NDArray[Any]]) -> float:
    sides = [np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1) for corners in markers]
    return float(np.median(np.concatenate(sides))) / MARKER


def _markers(picture: Grey) -> _Corners:
    """Find the markers of a ballot, each once; those found twice are none."""
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.minMarkerPerimeterRate = 0.02
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), settings)
    found: dict[int, Any] = {}
    doubled: set[int] = set()
    for factor in (1.0, 0.5):
        scaled = picture
        if factor < 1:
            scaled = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        corners, numbers, _ = detector.detectMarkers(scaled)
        seen = [] if numbers is None else [int(number) for number in numbers.ravel()]
        for number, four in zip(seen, corners, strict=True):
            at = four.reshape(4, 2) / factor
            if number in found and np.abs(found[number] - at).max() > picture.shape[1] / 50:
                doubled.add(number)
            found.setdefault(number, at)
        if all(number in found for number in range(4)):
            break
    return {number: at for number, at in found.items() if number < 4 and number not in doubled}
