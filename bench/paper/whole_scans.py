"""The sheets of the whole way, really printed, ticked with a pen and scanned."""

from collections.abc import Sequence
from functools import partial
from zlib import crc32

import numpy as np

from survey.domain.definition.campaign import Definition
from survey.services.paper.reading import ScanReader
from survey.services.paper.runs import Reader
from tests.sheets import DOUBTFUL

from . import scanners
from .pens import BALLPOINT, PIXELS, Hand, Random
from .scanners import Page
from .sheets import Answer, Boxes, filled, printed
from .whole import Image

FILE = 20
"""Pages of one file."""


def scanned(images: Sequence[Image], definition: Definition) -> tuple[Sequence[bytes], Reader]:
    """Draw and scan pages; what is ``?`` gets two marks, of which only people can tell which one counts."""
    random = np.random.default_rng(len(images))
    files = []
    for at in range(0, len(images), FILE):
        shots = [scanners.office_shot(_drawn(one, definition), random) for one in images[at : at + FILE]]
        files.append(scanners.filed(shots, random))
    return files, lambda forms: ScanReader(forms, specimens=False, crops=True)


def _drawn(image: Image, definition: Definition) -> Page:
    """Return the page with its ink, the same whenever it is drawn, its strip torn off."""
    label = definition.group[image.form.group].label
    pages = printed(image.form, definition.title, label, specimen=False, serial=image.serial)
    [layout] = [page for page in image.form.pages if page.page == image.page]
    said = crc32(repr((image.serial, image.page, image.said)).encode())
    page = filled(pages[image.page - 1], layout, partial(_tick, image), np.random.default_rng(said)).page
    return page if layout.cut is None else page[: round(layout.cut * PIXELS)]


def _tick(image: Image, hand: Hand, line: Boxes, _random: Random) -> Answer:
    value = image.said[line["field"]]
    boxes = line["boxes"]
    for box in boxes[:2] if value == DOUBTFUL else [box for box in boxes if box["value"] == value]:
        hand.tick(box["x"], box["y"], BALLPOINT)
    return value
