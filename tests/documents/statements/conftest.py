"""The clock of bounded work may ring at any moment, also while garbage is collected."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nobody_listens_to_the_collector() -> Iterator[None]:
    """Take away what test tools have called at each collection: raised there, an error ends up with them."""
    listening = gc.callbacks[:]
    gc.callbacks.clear()
    yield
    gc.callbacks[:] = listening
