"""Scanners and phones: what a filled-in page looks like in the file that the office gets."""

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from PIL import Image

from .pens import PIXELS, Random

Picture = np.ndarray[Any, np.dtype[np.uint8]]
Page = np.ndarray[Any, np.dtype[np.float32]]
Scan = Callable[[Page, Random], bytes]


def office(page: Page, random: Random) -> bytes:
    """Scan with a feeder at 200 or 300 dpi, grey: a little askew, noisy, as JPEG."""
    return _jpeg(_scanned(page, random), random)


def thin(page: Page, random: Random) -> bytes:
    """Scan thin paper: the other side shines through."""
    other = np.flip(cv2.GaussianBlur(page, (0, 0), 8), axis=1)
    return _jpeg(_scanned(page - (1 - other) * random.uniform(0.04, 0.09), random), random)


def streaked(page: Page, random: Random) -> bytes:
    """Scan over dust: one to three streaks down the page."""
    scanned = _scanned(page, random)
    for _ in range(int(random.integers(1, 4))):
        at = int(random.integers(20, scanned.shape[1] - 20))
        scanned[:, at : at + int(random.integers(1, 3))] -= random.uniform(20, 70)
    return _jpeg(scanned, random)


def phone(page: Page, random: Random) -> bytes:
    """Photograph: perspective, uneven light, blur, colour dropped."""
    height, width = page.shape
    scale = random.uniform(0.62, 0.85)
    margin = 120
    size = (round(width * scale) + 2 * margin, round(height * scale) + 2 * margin)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners * scale + margin + random.uniform(-70, 70, (4, 2))
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    shot = cv2.warpPerspective(page * 255, warp, size, flags=cv2.INTER_AREA, borderValue=90.0)
    light = np.linspace(random.uniform(0.7, 0.95), random.uniform(0.8, 1.0), size[0])
    down = np.linspace(random.uniform(0.8, 1.0), random.uniform(0.75, 1.0), size[1])
    shot = cv2.GaussianBlur(shot, (0, 0), random.uniform(0.5, 1.1)) * light[None, :] * down[:, None]
    shot += random.normal(0, random.uniform(2, 5), shot.shape)
    return _jpeg(shot, random)


def one_bit(page: Page, random: Random) -> bytes:
    """Scan in black and white."""
    grey = np.where(_scanned(page, random) > 128, 255, 0).astype(np.uint8)
    return _encoded(Image.fromarray(grey).convert("1"), "PNG")


def _scanned(page: Page, random: Random) -> Page:
    dpi = int(random.choice([200, 200, 200, 300]))
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
    upside = random.random() < 0.2
    noisy = grey + random.normal(0, random.uniform(1, 4), grey.shape)
    made: Page = np.ascontiguousarray(np.rot90(noisy, 2) if upside else noisy).astype(np.float32)
    return made


def _jpeg(picture: Page, random: Random) -> bytes:
    grey = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    return _encoded(grey, "JPEG", quality=int(random.integers(55, 92)))


def _encoded(picture: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()
