"""From a scanned file to grey pictures, one a page: PDF, TIFF, JPEG and PNG, known by their content."""

import io
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from survey.domain.paper.reading import PageFault, PageRefusal

MAX_PIXELS = 60_000_000
MAX_PAGES = 2_000
RENDERED_DPI = 200
"""What a page that is no single picture is drawn at."""
_HEAD = 1024
"""Bytes before which a PDF says that it is one."""
_GREY = (24, 232)
_GREY_SHARE = 0.004
_EDGE = 0.04
"""Of a page's shorter side, where a scanner's lid casts shadows."""
_INK = 60
"""Levels below the paper; what shines through thin paper is 30 at most."""
_SPECKS = 0.0005
"""Share of a page; the least that is printed on a ballot is twenty times that."""
_WHOLE = 0.9
"""A picture that covers so much of its page is the page."""

_SEE_THROUGH = ("RGBA", "RGBa", "LA", "La", "PA")

Grey = NDArray[Any]
"""A picture: rows of pixels, 0 black to 255 white."""


def pictures_in(data: bytes, first: int = 0) -> Iterator[Grey | PageRefusal]:
    """Go through the pages of a scanned file, at most ``MAX_PAGES``, without the ``first`` of them.

    What says nothing of the marks – orientation and other metadata – is dropped. A page that cannot be had is
    a refusal, and the next one comes after it.
    """
    try:
        if data[:_HEAD].lstrip().startswith(b"%PDF-"):
            yield from _of_pdf(data, first)
        else:
            yield from _of_picture(data, first)
    except MemoryError:
        raise
    except Image.DecompressionBombError:
        yield PageRefusal(PageFault.TOO_LARGE)
    except Exception:  # whatever a library finds wrong with a stranger's file
        yield PageRefusal(PageFault.DAMAGED)


def _of_picture(data: bytes, first: int) -> Iterator[Grey | PageRefusal]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = Image.open(io.BytesIO(data), formats=("TIFF", "JPEG", "PNG"))
        # What a camera or a browser keeps besides in the others – another size, a film – is no page.
        last = MAX_PAGES if picture.format == "TIFF" else 1
        for number in range(first, last):
            try:
                picture.seek(number)
            except EOFError:
                return
            yield _tried(lambda: picture)
        if last == MAX_PAGES and _has(picture, last):
            yield PageRefusal(PageFault.TOO_LARGE)


def _has(picture: Image.Image, number: int) -> bool:
    try:
        picture.seek(number)
    except EOFError:
        return False
    return True


def _of_pdf(data: bytes, first: int) -> Iterator[Grey | PageRefusal]:
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for number in range(first, min(len(document), MAX_PAGES)):
            yield _tried(partial(_of_page, document, number))
        if first <= MAX_PAGES < len(document):
            yield PageRefusal(PageFault.TOO_LARGE)


def _of_page(document: Any, number: int) -> Image.Image:
    page = document[number]
    try:
        return _embedded(page) or _drawn(page)
    finally:
        page.close()


def _tried(page: Callable[[], Image.Image]) -> Grey | PageRefusal:
    """Return one page; what is wrong with it is not wrong with those behind it."""
    try:
        return _checked(page())
    except MemoryError:
        raise
    except Image.DecompressionBombError:
        return PageRefusal(PageFault.TOO_LARGE)
    except Exception:  # as above
        return PageRefusal(PageFault.DAMAGED)


def _embedded(page: Any) -> Image.Image | None:
    """Return the one picture that a page of a scanner's PDF is, ``None`` where it is more than that."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    objects = list(page.get_objects(max_depth=1))
    pictures = [one for one in objects if one.type == FPDF_PAGEOBJ_IMAGE]
    if len(pictures) != 1 or page.get_rotation():
        return None
    left, bottom, right, top = pictures[0].get_bounds()
    width, height = page.get_size()
    if (right - left) * (top - bottom) < _WHOLE * width * height:
        return None
    pixels = pictures[0].get_px_size()
    if pixels[0] * pixels[1] > MAX_PIXELS:
        return None
    # Turned or mirrored by its matrix, it is drawn as the page has it.
    matrix = pictures[0].get_matrix().get()
    if matrix[1] or matrix[2] or matrix[0] < 0 or matrix[3] < 0 or len(objects) > 1:
        return None
    made: Image.Image = pictures[0].get_bitmap(render=False).to_pil()
    return made


def _drawn(page: Any) -> Image.Image:
    width, height = page.get_size()
    scale = min(RENDERED_DPI / 72, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    made: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return made


def _checked(picture: Image.Image) -> Grey | PageRefusal:
    if picture.width * picture.height > MAX_PIXELS:
        return PageRefusal(PageFault.TOO_LARGE)
    if picture.width < 100 or picture.height < 100:
        return PageRefusal(PageFault.NO_IMAGE)
    return _grey(picture)


def is_one_bit(picture: Grey) -> bool:
    """Return whether a picture has black and white alone, or next to nothing else."""
    dark, light = _GREY
    between = np.count_nonzero((picture > dark) & (picture < light))
    return bool(between < _GREY_SHARE * picture.size)


def is_empty(picture: Grey) -> bool:
    """Return whether nothing is printed on a page, but for specks and what shines through from its front."""
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    edge = round(_EDGE * min(half.shape))
    inner = cv2.GaussianBlur(half, (0, 0), 1.0)[edge:-edge, edge:-edge]
    if not inner.size:
        return False
    paper = float(np.median(inner))
    dark = np.count_nonzero(inner < paper - _INK)
    # A page all black was no paper: a scanner that saw nothing must not be taken for a ballot's back.
    return bool(paper > 2 * _INK and dark < _SPECKS * inner.size)


def _grey(picture: Image.Image) -> Grey:
    """Return a picture in grey, on white where it is transparent."""
    if picture.mode.startswith("I") or picture.mode == "F":
        deep = np.asarray(picture, dtype=np.float32)
        return np.clip(deep / (257 if deep.max(initial=0) > 255 else 1), 0, 255).astype(np.uint8)
    if picture.mode in _SEE_THROUGH or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        under = Image.new("RGBA", whole.size, "white")
        picture = Image.alpha_composite(under, whole)
    return np.asarray(picture.convert("L"))
