"""Values that belong nowhere in a definition, and all the places where one may stand."""

from typing import Any

from hypothesis import strategies as st

Place = tuple[Any, ...]
"""The keys and numbers that lead to a value of nested tables and lists."""

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=True)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["A", "four", "good", "form", "c1", "choice", "choices", "required", "40%", "merge"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, path: Place = ()) -> list[Place]:
    """List every place of nested tables and lists."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [place for key, inner in items for place in [(*path, key), *places(inner, (*path, key))]]


def holder_of(data: Any, place: Place) -> Any:
    """Return the table or list in which a place is."""
    for step in place[:-1]:
        data = data[step]
    return data
