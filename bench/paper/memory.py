"""How much memory reading takes, the process beside included: ``python -m bench.paper.memory FORMS FILE``.

It is a process of its own: what a generator of pages takes is not the reader's. ``FORMS`` are pickled.
"""

import pickle
import resource
import sys
from pathlib import Path

from survey.services.paper.reading import ScanReader


def main() -> None:
    """Read a file as a run does, and print the megabytes that both processes took at most."""
    forms, source = (Path(name) for name in sys.argv[1:])
    read = 0
    with ScanReader(pickle.loads(forms.read_bytes()), specimens=True, crops=True) as reader:
        for _page in reader.read(source.read_bytes()):
            read += 1
    taken = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(read, round(sum(taken) / 1024))


if __name__ == "__main__":
    main()
