"""The keys that a refusal names as a remedy."""

from collections.abc import Collection

MOST = 10
"""So many keys are named; of more the first ones."""


def listed(known: Collection[str]) -> str:
    """Return the keys that are known, as a refusal adds them to what it says; empty where there are none."""
    if not known:
        return ""
    more = ", …" if len(known) > MOST else ""
    return f" (there are {', '.join(list(known)[:MOST])}{more})"
