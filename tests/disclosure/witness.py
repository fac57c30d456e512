"""Finding a second way to vote of which the very same is kept, and in which a withheld row is another.

Such a world proves that nobody can work the row out, whatever is derived from the count and published: both
worlds leave the same record behind. Tried are, one after another: exchanging what two voters ticked on the
line; filling the line of all ballots anew; exchanging answers or whole ballots, and then filling anew each
line of which the count has changed. Where reasons bind the withheld cells of a section together, one is moved
from one cell to another, or all grades there are turned into such as ask for one, or into others.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from survey.domain.ballot.ballot import Ballot
from survey.domain.definition.campaign import Line
from survey.domain.definition.form import Question, QuestionKind
from survey.domain.definition.scale import BLANK

from .columns import Column, option_of
from .solver import Unsure
from .world import Row, World, asking

TRIES = 12
"""How many exchanges are counted anew for one row, without mending any line."""
DEEP_TRIES = 8
"""How many exchanges are tried with mending."""
MAX_EXCHANGES = 60
"""How many exchanges are looked at for one that the answers and accounts shown allow."""
PATIENCE = 100
"""How many steps the solver takes to mend a line; where it takes more, another exchange is quicker."""


def other_world(world: World, row: Row, rng: random.Random) -> World | None:
    """Find a world with the same record in which a row is another, if an exchange or two are enough."""
    return _found(world, row, _simply(world, row, rng), TRIES)


def hard_to_find_world(world: World, row: Row, rng: random.Random) -> World | None:
    """Find a world with the same record in which a row is another, with all means."""
    return _found(world, row, _by_all_means(world, row, rng), DEEP_TRIES)


def _simply(world: World, row: Row, rng: random.Random) -> Iterator[Iterator[World]]:
    definition = world.electorate.definition
    if row[0] == "question":
        yield _answers(world, definition.question[row[1]], row, rng)
    else:
        line = next(one for one in definition.lines if one.key == row[1:3])
        yield _exchanges(world, line, row, rng)
        yield _other_reasons(world, line, rng)
        if row[0] == "split":
            yield _answers(world, definition.question[row[3]], row, rng)
    yield _whole_ballots(world, rng)


def _by_all_means(world: World, row: Row, rng: random.Random) -> Iterator[Iterator[World]]:
    definition = world.electorate.definition
    if row[0] == "question":
        yield _mended(world, _answers(world, definition.question[row[1]], row, rng))
        yield _mended(world, _whole_ballots(world, rng))
        return
    line = next(one for one in definition.lines if one.key == row[1:3])
    yield _other_column(world, line, row)
    yield _mended(world, _whole_ballots(world, rng))
    for question in definition.breakdowns:
        yield _mended(world, _answers(world, question, row, rng))
    for question in definition.breakdowns:
        others = islice(_mended(world, _answers(world, question, row, rng)), DEEP_TRIES)
        yield (again for other in others for again in _other_column(other, line, row))


def _found(world: World, row: Row, ways: Iterator[Iterator[World]], tries: int) -> World | None:
    truth = world.numbers(row)
    for way in ways:
        for other in islice(way, tries):
            if other.numbers(row) != truth and other.kept == world.kept:
                return other
    return None


def is_in(world: World, ballot: Ballot, row: Row) -> bool:
    """Tell whether a ballot, if it is valid, is counted in a row."""
    if row[0] == "cell":
        return ballot.group == row[3]
    if row[0] == "split":
        return option_of(world, ballot, row[3]) == row[4]
    return row[0] == "pooled" or row[2] in ("", ballot.group)


def _exchanges(world: World, line: Line, row: Row, rng: random.Random) -> Iterator[World]:
    """Exchange what one in the row and one outside it ticked; or change it, if nothing is shown."""
    lines = world.electorate.definition.lines_of
    at = {group: next(i for i, one in enumerate(lines[group]) if one is line) for group in line.ratee.groups}
    raters = [place for place in sorted(world.valid) if world.ballots[place].group in at]
    rng.shuffle(raters)
    ticked = {place: world.ballots[place].ratings[at[world.ballots[place].group]] for place in raters}
    inside = {place for place in raters if is_in(world, world.ballots[place], row)}
    grades = range(1, line.scale.abstained)

    def put(place: int, position: int) -> Ballot:
        ballot = world.ballots[place]
        here = at[ballot.group]
        return replace(ballot, ratings=(*ballot.ratings[:here], position, *ballot.ratings[here + 1 :]))

    if world.count.cells[line.key].pooled is None:
        # Those who gave a grade first: with another grade no number of answers changes.
        for place in sorted(inside, key=lambda place: ticked[place] not in grades):
            for position in (*grades, BLANK):
                if position != ticked[place] and world.electorate.accepts(put(place, position)):
                    yield world.changed({place: put(place, position)})
    pairs = [(a, b) for a in raters if a in inside for b in raters if b not in inside]
    pairs = [(a, b) for a, b in pairs if ticked[a] != ticked[b] and not _apart(world, line, a, b)]
    pairs.sort(key=lambda pair: not (ticked[pair[0]] in grades and ticked[pair[1]] in grades))
    for a, b in pairs:
        mine, theirs = put(a, ticked[b]), put(b, ticked[a])
        if world.electorate.accepts(mine) and world.electorate.accepts(theirs):
            yield world.changed({a: mine, b: theirs})


def _other_reasons(world: World, line: Line, rng: random.Random) -> Iterator[World]:
    """Move reasons between the withheld cells of a section, which are kept or left out together."""
    hidden = [
        other
        for other in world.electorate.definition.lines
        if other.section is line.section and world.count.cells[other.key].pooled is None
    ]
    if line not in hidden or not asking(line):
        return
    given = [
        (place, other, at, world.ballots[place].ratings[at])
        for place in sorted(world.valid)
        for at, other in enumerate(world.electorate.definition.lines_of[world.ballots[place].group])
        if other in hidden and BLANK < world.ballots[place].ratings[at] < other.scale.abstained
    ]
    rng.shuffle(given)
    for place, one, at, mine in given:
        for their_place, other, their_at, theirs in given:
            if one is line and other is not line and mine != theirs:
                yield from _rated(world, {(place, at): theirs, (their_place, their_at): mine})
    for position in range(1, line.scale.abstained):
        yield from _rated(world, {(place, at): position for place, _, at, _ in given})


def _rated(world: World, ratings: dict[tuple[int, int], int]) -> Iterator[World]:
    """Give some lines of some ballots other ratings, if these ballots can be cast."""
    changed: dict[int, Ballot] = {}
    for (place, at), position in ratings.items():
        ballot = changed.get(place, world.ballots[place])
        changed[place] = replace(ballot, ratings=(*ballot.ratings[:at], position, *ballot.ratings[at + 1 :]))
    if all(world.electorate.accepts(ballot) for ballot in changed.values()):
        yield world.changed(changed)


def _apart(world: World, line: Line, a: int, b: int) -> bool:
    """Tell whether some row shown of a cell holds one of two ballots and not the other."""
    one, other = world.ballots[a], world.ballots[b]
    for members in world.count.cells[line.key].groups or ():
        if (one.group in members) != (other.group in members):
            return True
    for question in world.electorate.definition.breakdowns:
        shown = world.count.breakdowns[(*line.key, question.key)]
        options = {option_of(world, ballot, question.key) for ballot in (one, other)}
        if len(options) > 1 and any(shown[option] is not None for option in options):
            return True
    return False


def _other_column(world: World, line: Line, row: Row) -> Iterator[World]:
    try:
        other = Column(world, line, world.count).other(row, PATIENCE)
    except Unsure:
        return
    if other:
        yield other


def _mended(world: World, others: Iterator[World]) -> Iterator[World]:
    """Fill anew, in worlds nearly alike, each line of which another count would be kept."""
    kept, tried = world.count, 0
    for other in islice(others, MAX_EXCHANGES):
        now = other.count
        if now.questions != kept.questions or now.accounting != kept.accounting:
            continue
        tried += 1
        if tried > DEEP_TRIES:
            return
        mended: World | None = other
        for line in world.electorate.definition.lines:
            splits = [(*line.key, question.key) for question in world.electorate.definition.breakdowns]
            same = now.cells[line.key] == kept.cells[line.key] and all(
                now.breakdowns[key] == kept.breakdowns[key] for key in splits
            )
            if mended and not (same and now.groups[line.ratee.key] == kept.groups[line.ratee.key]):
                try:
                    mended = Column(mended, line, kept).any(PATIENCE)
                except Unsure:
                    mended = None
        if mended:
            yield mended


def _answers(world: World, question: Question, row: Row, rng: random.Random) -> Iterator[World]:
    """Change what somebody answered: in exchange with somebody else, or at will if all of it is hidden."""
    asked = [place for place in sorted(world.valid) if world.ballots[place].group in question.groups]
    rng.shuffle(asked)
    answers = {place: world.ballots[place].choices.get(question.key) for place in asked}

    def put(place: int, chosen: tuple[int, ...] | None) -> Ballot:
        choices = {key: value for key, value in world.ballots[place].choices.items() if key != question.key}
        return replace(world.ballots[place], choices=choices | ({question.key: chosen} if chosen else {}))

    if world.count.questions[question.key].pooled is None:
        possible = [(option,) for option in range(len(question.options))]
        for place in asked:
            for chosen in [*possible, None]:
                if answers[place] != chosen:
                    yield world.changed({place: put(place, chosen)})
    pairs = [(a, b) for a in asked for b in asked if answers[a] != answers[b]]
    pairs.sort(key=lambda pair: not is_in(world, world.ballots[pair[0]], row))
    for a, b in pairs:
        if row[0] == "split" or not is_in(world, world.ballots[b], row):
            yield world.changed({a: put(a, answers[b]), b: put(b, answers[a])})


def _whole_ballots(world: World, rng: random.Random) -> Iterator[World]:
    """Let two voters of different groups have filled in each other's ballot, as far as they can."""
    pairs = [
        (a, b)
        for a, one in enumerate(world.ballots)
        for b, other in enumerate(world.ballots[:a])
        if one.group != other.group
    ]
    rng.shuffle(pairs)
    for a, b in pairs:
        mine, theirs = (_copied(world, *pair) for pair in ((a, b), (b, a)))
        if (mine, theirs) != (world.ballots[a], world.ballots[b]) and _can_be_cast(world, mine, theirs, a, b):
            yield world.changed({a: mine, b: theirs})


def _copied(world: World, to: int, source: int) -> Ballot:
    definition = world.electorate.definition
    mine, theirs = world.ballots[to], world.ballots[source]
    their = {line.key: at for at, line in enumerate(definition.lines_of[theirs.group])}
    ratings = tuple(
        theirs.ratings[their[line.key]] if line.key in their else mine.ratings[at]
        for at, line in enumerate(definition.lines_of[mine.group])
    )
    choices = dict(mine.choices)
    for question in definition.questions_of(mine.group):
        if theirs.group in question.groups and question.kind is not QuestionKind.TEXT:
            choices.pop(question.key, None)
            if question.key in theirs.choices:
                choices[question.key] = theirs.choices[question.key]
    return replace(mine, ratings=ratings, choices=choices)


def _can_be_cast(world: World, mine: Ballot, theirs: Ballot, a: int, b: int) -> bool:
    """Two ballots can be cast as they stand; one that was spoiled may be so again."""
    return all(world.electorate.accepts(ballot) or not {a, b} <= world.valid for ballot in (mine, theirs))
