"""Work of several threads that comes while none can begin, and what each of them was told."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from survey.services.voting.together import Together


def at_once(gathering: Together[Any], acts: Sequence[Callable[[], None]]) -> list[Exception | None]:
    """Do acts, each of which brings one thing to a gathering, while none can begin; return their errors."""
    told: list[Exception | None] = [RuntimeError("not told")] * len(acts)

    def act(place: int) -> None:
        try:
            acts[place]()
            told[place] = None
        except Exception as error:
            told[place] = error

    threads = [threading.Thread(target=act, args=(place,)) for place in range(len(acts))]
    with gathering._turn:
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 30
        while len(gathering._waiting) < len(acts):
            assert time.monotonic() < deadline
            time.sleep(0.001)
    for thread in threads:
        thread.join(30)
    return told
