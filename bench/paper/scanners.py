"""Scanners and phones: what a filled-in page looks like in the file that the office gets."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from PIL import Image

from .pens import PIXELS, Random

Page = np.ndarray[Any, np.dtype[np.float32]]
Shot = Callable[[Page, Random], Image.Image]
"""Takes the picture of a page."""
Scan = Callable[[Page, Random], bytes]
"""Makes a file of a page."""

_DPI = (200, 200, 200, 200, 150, 300)
_PAPERS = ((1.0, 1.0, 1.0), (1.0, 0.98, 0.92), (0.96, 0.98, 1.0))
"""How much of red, green and blue some papers and lamps give back."""


def office_shot(page: Page, random: Random) -> Image.Image:
    """Scan with a feeder, 150 to 300 dpi, grey or colour: askew, noisy, any way up."""
    return _coloured(_scanned(page, random), random)


def thin_shot(page: Page, random: Random) -> Image.Image:
    """Scan thin paper: the other side shines through."""
    other = np.flip(cv2.GaussianBlur(page, (0, 0), 8), axis=1)
    return _coloured(_scanned(page - (1 - other) * random.uniform(0.04, 0.09), random), random)


def streaked_shot(page: Page, random: Random) -> Image.Image:
    """Scan over dust: one to three streaks down the page."""
    scanned = _scanned(page, random)
    for _ in range(int(random.integers(1, 4))):
        at = int(random.integers(20, scanned.shape[1] - 20))
        scanned[:, at : at + int(random.integers(1, 3))] -= random.uniform(20, 70)
    return _coloured(scanned, random)


def phone_shot(page: Page, random: Random) -> Image.Image:
    """Photograph: perspective, uneven light, blur."""
    height, width = page.shape
    scale = random.uniform(0.62, 0.85)
    margin = 120
    size = (round(width * scale) + 2 * margin, round(height * scale) + 2 * margin)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners * scale + margin + random.uniform(-70, 70, (4, 2))
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    flat = cv2.warpPerspective(page * 255, warp, size, flags=cv2.INTER_AREA, borderValue=90.0)
    light = np.linspace(random.uniform(0.7, 0.95), random.uniform(0.8, 1.0), size[0])
    down = np.linspace(random.uniform(0.8, 1.0), random.uniform(0.75, 1.0), size[1])
    shot: Any = cv2.GaussianBlur(flat, (0, 0), random.uniform(0.5, 1.1)) * light[None, :] * down[:, None]
    shot += random.normal(0, random.uniform(2, 5), shot.shape)
    return _grey(shot)


def one_bit_shot(page: Page, random: Random) -> Image.Image:
    """Scan in black and white."""
    return _grey(np.where(_scanned(page, random) > 128, 255, 0)).convert("1")


def office(page: Page, random: Random) -> bytes:
    """Scan one page with a feeder into a file."""
    return filed([office_shot(page, random)], random)


def thin(page: Page, random: Random) -> bytes:
    """Scan one page of thin paper into a file."""
    return filed([thin_shot(page, random)], random)


def streaked(page: Page, random: Random) -> bytes:
    """Scan one page over dust into a file."""
    return filed([streaked_shot(page, random)], random)


def phone(page: Page, random: Random) -> bytes:
    """Photograph one page into a file."""
    return filed([phone_shot(page, random)], random)


def filed(pictures: Sequence[Image.Image], random: Random) -> bytes:
    """Make one file of pictures, as scanners do: PDF and TIFF of several, JPEG and PNG of one."""
    first, *others = pictures
    forms = ("PDF", "TIFF") if others else ("JPEG", "JPEG", "PDF", "TIFF", "PNG")
    form = forms[int(random.integers(len(forms)))]
    how: dict[str, Any] = {"quality": int(random.integers(55, 92))}
    if form in ("PDF", "TIFF"):
        how |= {"save_all": True, "append_images": others}
    if form == "TIFF":
        whole = "group4" if first.mode == "1" else random.choice(["jpeg", "tiff_lzw"])
        how["compression"] = whole
        if whole != "jpeg":
            del how["quality"]
    if form == "JPEG" and first.mode == "1":
        form, how = "PNG", {}
    out = io.BytesIO()
    first.save(out, form, **how)
    return out.getvalue()


def _scanned(page: Page, random: Random) -> Page:
    dpi = int(random.choice(_DPI))
    scale = dpi / 25.4 / PIXELS
    height, width = page.shape
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 0.6), 1.0)
    turned[:, 2] += random.normal(0, 6, 2)
    shaky = cv2.warpAffine(page, turned, (width, height), flags=cv2.INTER_LINEAR, borderValue=1.0)
    small = cv2.resize(
        shaky, None, fx=scale, fy=scale * random.uniform(0.995, 1.005), interpolation=cv2.INTER_AREA
    )
    small = cv2.GaussianBlur(small, (0, 0), random.uniform(0.4, 0.9))
    black, white = random.uniform(15, 60), random.uniform(225, 252)
    grey = black + small * (white - black)
    if random.random() < 0.3:
        # The feeder stretched a part of the page.
        grey = np.roll(grey, int(random.integers(-2, 3)), axis=1)
    # Upside down, and seldom sideways.
    quarters = int(random.choice([0, 2, 1, 3], p=[0.74, 0.2, 0.03, 0.03]))
    noisy = grey + random.normal(0, random.uniform(1, 4), grey.shape)
    made: Page = np.ascontiguousarray(np.rot90(noisy, quarters)).astype(np.float32)
    return made


def _coloured(grey: Page, random: Random) -> Image.Image:
    if random.random() > 0.25:
        return _grey(grey)
    tint = _PAPERS[int(random.integers(len(_PAPERS)))]
    return Image.fromarray(np.clip(np.stack([grey * part for part in tint], 2), 0, 255).astype(np.uint8))


def _grey(picture: np.ndarray[Any, Any]) -> Image.Image:
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
