"""Sets of points in common use, to be put into a scale at once."""

from .parts import Holder

POINTS = ("100/80/60/40", "95/85/75/65", "90/75/60/40", "100/80/60/30/0", "100/70/0", "100/0")


def points_for(grades: int) -> list[str]:
    """List the sets of points that fit a scale of so many grades."""
    return [points for points in POINTS if points.count("/") + 1 == grades]


def set_points(document: Holder, path: str, points: str) -> None:
    """Give the grades of a scale (``scales.0``) one of the sets of points, where it fits."""
    scales = document.get("scales", [])
    place = path.removeprefix("scales.")
    if points not in POINTS or not place.isdecimal() or len(place) > 6 or int(place) >= len(scales):
        return
    for grade, number in zip(scales[int(place)].get("grades", []), points.split("/"), strict=False):
        grade["points"] = int(number)
