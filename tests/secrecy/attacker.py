"""The attacker: guesses which sealed ballot, receipt or text is whose, and is scored against the truth.

It knows the order in which voters cast and the digest of every voter's code. Each guess is one-to-one, so
without a leak a poll gives one hit on average: R polls give about Poisson(R).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .assignment import assign
from .evidence import Disk, Evidence
from .polls import LINES, Poll, Voter

Guess = dict[int, object]
"""Which row is guessed to be whose: voters by their place in the order of casting."""

ENCAPSULATION = 1120
_RATINGS = 11  # where they begin in a packed ballot


@dataclass
class Score:
    """Hits of one strategy over several polls; those of the first and of the last voter also apart."""

    hits: int = 0
    first: int = 0
    last: int = 0


def attack(disk: Disk, polls: Sequence[Poll]) -> dict[str, Score]:
    """Score every strategy over all polls."""
    scores: dict[str, Score] = defaultdict(Score)
    for poll in polls:
        for name, kind, guess in _guesses(disk.evidence(poll.code), poll.voters):
            hit = [guess.get(place) == getattr(voter, kind) for place, voter in enumerate(poll.voters)]
            scores[name].hits += sum(hit)
            scores[name].first += hit[0]
            scores[name].last += hit[-1]
    return dict(scores)


def leaks(scores: dict[str, Score], polls: int = 30) -> dict[str, Score]:
    """Return the strategies that do better than chance: over 48 hits, or over 6 on one voter, in 30 polls."""
    most = polls + 18 * (polls / 30) ** 0.5
    return {
        name: score for name, score in scores.items() if score.hits > most or max(score.first, score.last) > 6
    }


def _guesses(found: Evidence, voters: list[Voter]) -> Iterator[tuple[str, str, Guess]]:
    place = {voter.digest: number for number, voter in enumerate(voters)}
    for kind, orders in (("sealed", found.sealed), ("receipt", found.receipts), ("text", found.texts)):
        for name, rows in orders.items():
            yield f"{kind} by {name} = casting order", kind, dict(enumerate(rows))
            yield f"{kind} by {name} = casting order backwards", kind, dict(enumerate(reversed(rows)))
            for codes, digests in found.spent.items():
                paired = zip((place[digest] for digest in digests), rows, strict=False)
                yield f"{kind} by {name} = codes by {codes}", kind, dict(paired)
    for mark in found.sealed_marks.keys() & found.spent_marks.keys():
        yield f"sealed joined to codes by {mark}", "sealed", _joined(found, mark, place)
    if found.sealed:
        yield "sealed, best assignment over all orders", "sealed", _by_all_orders(found, place)


def _joined(found: Evidence, mark: str, place: dict[bytes, int]) -> Guess:
    """Join rows that share a mark; among several with one mark, in the order of their places."""
    waiting: dict[int, list[bytes]] = defaultdict(list)
    for sealed, value in found.sealed_marks[mark].items():
        waiting[value].append(sealed)
    guess: Guess = {}
    for digest, value in found.spent_marks[mark].items():
        if waiting[value]:
            guess[place[digest]] = waiting[value].pop(0)
    return guess


def _by_all_orders(found: Evidence, place: dict[bytes, int]) -> Guess:
    """Take all orders together: the less ranks differ, the likelier a pair."""
    ballots = sorted(set().union(*found.sealed.values()))
    ranks = [{row: rank for rank, row in enumerate(rows)} for rows in found.sealed.values()]
    size = len(place)
    if len(ballots) != size:
        return {}
    own = [list(range(size))]
    for digests in found.spent.values():
        by_voter = {place[digest]: rank for rank, digest in enumerate(digests)}
        own.append([by_voter.get(number, size) for number in range(size)])
    theirs = [{rank.get(ballot, size) for rank in ranks} for ballot in ballots]
    mine = [{ranks[number] for ranks in own} for number in range(size)]
    costs = [[min(abs(a - b) for a in here for b in there) for there in theirs] for here in mine]
    return {number: ballots[column] for number, column in enumerate(assign(costs))}


def linked(disk: Disk, poll: Poll, mark: str) -> Guess:
    """Return which sealed ballot a mark gives to whom."""
    place = {voter.digest: number for number, voter in enumerate(poll.voters)}
    return _joined(disk.evidence(poll.code), mark, place)


def content_hits(guess: Guess, voters: list[Voter]) -> Score:
    """Guess what is in each voter's sealed ballot from its bytes and from the set of all ballots cast.

    The attacker is given what every ballot says and must find whose it is: the nearest bytes win.
    """
    owned = [guess.get(number, b"") for number in range(len(voters))]
    contents = [_bits(voter.packed[_RATINGS : _RATINGS + 2 * len(LINES)]) for voter in voters]
    costs = [[_distance(blob, content) for content in contents] for blob in owned]
    chosen = assign(costs)
    hit = [column == number for number, column in enumerate(chosen)]
    return Score(sum(hit), hit[0], hit[-1])


def _distance(blob: object, content: int) -> int:
    assert isinstance(blob, bytes)
    length = 2 * len(LINES)
    starts = (_RATINGS, ENCAPSULATION + _RATINGS)
    return min((_bits(blob[start : start + length]) ^ content).bit_count() for start in starts)


def _bits(data: bytes) -> int:
    return int.from_bytes(data, "little")


def sizes(disk: Disk, polls: Sequence[Poll]) -> Counter[int]:
    """Count the lengths of all sealed ballots."""
    found: Counter[int] = Counter()
    for poll in polls:
        orders = disk.evidence(poll.code).sealed
        found.update(len(sealed) for sealed in orders.get("key", ()))
    return found
