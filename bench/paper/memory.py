"""How much memory reading takes, the process beside included: ``python -m bench.paper.memory FORMS FILE``.

It is a process of its own: what a generator of pages takes is not the reader's. ``FORMS`` are pickled.
"""

import pickle
import re
import resource
import sys
from pathlib import Path

from survey.services.paper.reading import ScanReader


def main() -> None:
    """Read a file as a run does, and print the pages and the megabytes of each process at most."""
    forms, source = (Path(name) for name in sys.argv[1:])
    read = 0
    with ScanReader(pickle.loads(forms.read_bytes()), specimens=True, crops=True) as reader:
        for _page in reader.read(source.read_bytes()):
            read += 1
    # What this process was forked from is no part of it.
    mine = int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))[0])
    beside = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(read, *(round(kilobytes / 1024) for kilobytes in (mine, beside)))


if __name__ == "__main__":
    main()
