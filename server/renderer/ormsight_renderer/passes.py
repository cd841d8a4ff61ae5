"""Loops of which nobody knows how often they run: what is sent in each pass, and what only if there is one.

A program is run with one pass of each loop. Whether that says all is found out by running it without a pass and with
two: what is sent then must be what is shown, with what belongs to the loop left out, or once more. Lists of which
nobody knows how many values they have are treated alike: with one more of them, a statement must be what is shown,
with one more parameter.
"""

import itertools
from functools import cache

from .growth import growth

#: Of a program that takes more runs, all loops are named: nobody would wait for it. Counted and not timed, as the
#: answer must not hang on how busy the machine is.
_FEW_RUNS = 40
_MOST_LOOPS = 3
#: So many ways are gone again to see what one more value of a list does.
_MOST_REPLAYS = 64

#: In each pass; once, but only if there is a pass; once, with a parameter for each pass or value; both of it.
EACH, ANY, LIST, ANY_LIST = "each", "any", "list", "any list"


def settle(explored, explore_again, go_again):
    """Notes which statements belong to loops and lists, and gives the sentences about what is still not known.

    `explore_again(passes)` explores the same program once more, with as many passes of each loop as the dict says, and
    one more value of each list that it says two of; `go_again(way, passes)` goes one way of it once more. A loop that
    only reads a file or writes a log changes nothing and is not named, nor is one of which all can be told. One that adds
    a condition or sends other statements the second time is.
    """
    given = {sentence: one for sentence, one in explored.lists.items() if not one.by_loop}
    spans = {}
    settled = {sentence for sentence, one in given.items() if _tell_given(sentence, one, explored, go_again, spans)}
    notes = _tell_loops(explored, explore_again, bool(given))
    if notes is not None:
        settled.update(sentence for sentence in (*explored.loops, *explored.lists) if sentence not in given)
    for number, (_, statements) in enumerate(explored.variants):
        for index, statement in enumerate(statements):
            note = notes[number].get(index, {}) if notes else {}
            lists = [*note.get("lists", ()), *spans.get(id(statement), ())]
            lists.sort(key=lambda each: each["params"])
            said = {**note, "lists": lists}
            statements[index] = {**statement, **{key: value for key, value in said.items() if value}}
    return [sentence for sentence in explored.unknown if sentence not in settled]


# Lists that the program is given


def _tell_given(sentence, one, explored, go_again, spans):
    """Adds to `spans`, by the identity of a statement, which of its parameters are those of a list; gives whether all is told.

    Each way that sends what is shown is gone again with one more value: it must send the same, with one parameter more.
    """
    found, replays = {}, 0
    for _, shown in explored.variants:
        told, ways = None, [way for way in explored.ways if way.sent == shown]
        using = [way for way in ways if sentence in way.lists]
        for way in using:
            replays += 1
            sent = go_again(way, {sentence: 2}) if replays <= _MOST_REPLAYS else None
            if sent is None or len(sent) != len(shown):
                return False
            grown = [[] if more == before else growth(before, more, one.shown) for before, more in zip(shown, sent)]
            if None in grown or told not in (None, grown):
                return False
            told = grown
        if any(told or ()) and len(using) < len(ways):
            return False
        for statement, each in zip(shown, told or ()):
            found.setdefault(id(statement), []).extend({"of": one.text, "params": list(span)} for span in each)
    for identity, each in found.items():
        spans.setdefault(identity, []).extend(each)
    return True


# Loops, and lists that they fill


def _tell_loops(explored, explore_again, is_given_lists):
    """What each loop sends, by the numbers of a variant and of a statement in it; None where not all can be told.

    Where a loop fills a list, the variants in which this is empty become variants of their own.
    """
    loops = list(explored.loops)
    lists = {sentence: one for sentence, one in explored.lists.items() if one.by_loop}
    all_ = [*loops, *lists]
    if not all_:
        return []
    if explored.others is None or explored.runs > _FEW_RUNS:
        return None
    none = explore_again(dict.fromkeys(loops, 0)) if loops else explored
    if any((one.text, True) in _told_in(way.path) for way in none.ways for one in lists.values()):
        return None
    if _set_apart(explored, none) and is_given_lists:
        # It was not looked at what one more value does in these variants.
        return None
    may_be_idle = _says_all(explored, none)
    sent = [_sent_under(variant, explored, none) for variant in _variants(explored)]
    is_known, many = None not in sent, len(loops) > _MOST_LOOPS or len(loops) * explored.runs > _FEW_RUNS
    if not may_be_idle and (many or not is_known):
        return None
    twice = explore_again(dict.fromkeys(all_, 2))
    if not twice.ways:
        return None
    if may_be_idle and _says_all(explored, twice):
        return []
    told = None if many or not is_known else _told_of_each(explored, explore_again, none, twice, lists)
    if told is None:
        return None
    of_loops = [[each[index] for each in told[: len(loops)]] for index in range(len(sent))]
    heads = list(explored.loops.values())
    passes = [_passes(one, heads, *of) for (_, one), *of in zip(_variants(explored), of_loops, sent)]
    if None in passes:
        return None
    names = [*({"loop": head} for head in heads), *({"of": one.text} for one in lists.values())]
    return [
        {
            index: {
                **({"passes": passes[number][index]} if index in passes[number] else {}),
                "lists": _lists(names, [each[number][index] for each in told]),
            }
            for index in range(len(statements))
        }
        for number, (_, statements) in enumerate(explored.variants)
    ]


def _told_of_each(explored, explore_again, none, twice, lists):
    """What `_told` says of each loop and then of each list, for each variant; None where one cannot be told."""
    loops, told = list(explored.loops), []
    for one in (*loops, *lists):
        if one in lists and _is_list_told(told):
            # One more pass of its loop has shown what one more value of it does.
            told.append([[None] * len(statements) for _, statements in _variants(explored)])
            continue
        zero = explored if one in lists else none if len(loops) == 1 else explore_again({one: 0})
        two = twice if len(loops) + len(lists) == 1 else explore_again({one: 2})
        values = lists[one].shown if one in lists else 1
        told.append([_told(variant, explored, zero, two, values) for variant in _variants(explored)])
        if None in told[-1]:
            return None
    return told


def _told_in(path):
    return {(text, outcome) for text, outcome, _ in path}


def _set_apart(explored, none):
    """Makes variants of their own for lists that are empty as the loop that fills them has no pass; gives whether there are any."""
    apart = []
    for variant in _variants(explored):
        conditions, shown = variant
        ways = [_told_in(path) for path, *_ in none.ways if _holds(conditions, path, none)]
        empty = next((text for text in explored.filled if ways and all((text, False) in way for way in ways)), None)
        sent = _sent_under(variant, explored, none)
        if empty is None or sent is None or _essence(sent) == _essence(shown):
            apart.append([variant])
        else:
            apart.append([([*conditions, (empty, True)], shown), ([*conditions, (empty, False)], list(sent))])
    shown = len(explored.variants)
    explored.variants[:] = itertools.chain(*apart[:shown])
    explored.others[:] = itertools.chain(*apart[shown:])
    return any(len(each) > 1 for each in apart)


def _is_list_told(told):
    return any(one and one[0] in (LIST, ANY_LIST) for each in told for statements in each for one in statements or ())


def _lists(names, told):
    """The lists of a statement: of which list or loop the parameters with numbers of the span `params` are."""
    # A list that a loop fills is called by its own name where it has one.
    spans = {span: name for name, one in zip(names, told) if one and one[0] in (LIST, ANY_LIST) for span in one[1]}
    return [{**name, "params": list(span)} for span, name in sorted(spans.items(), key=lambda each: each[0])]


def _variants(explored):
    return (*explored.variants, *explored.others)


# Which ways belong to which variant


def _says_all(explored, again):
    """Whether what is shown is right for another number of passes, too.

    Each way through the program must send what one of the variants sends, and all that this variant says of it must hold
    there. Only what is not tested there at all, as it is about the rows of the loop, says nothing of it.
    """
    return _is_comparable(explored, again) and all(
        any(_essence(sent) == _essence(shown) and _holds(conditions, path, again) for conditions, shown in _variants(explored))
        for path, sent, *_ in again.ways
    )


def _is_comparable(explored, again):
    if again.has_failed or again.others is None:
        return False
    return set(again.unknown) <= set(explored.unknown)


def _holds(conditions, path, again):
    """Whether a way is one of a variant: its conditions hold there, as far as they are tested in any way."""
    tested = {text for way in again.ways for text, _, _ in way.path}
    outcomes = {}
    for text, outcome, _ in path:
        outcomes.setdefault(text, set()).add(outcome)
    return all(outcomes.get(text) == {outcome} for text, outcome in conditions if text in tested)


def _sent_under(variant, explored, again):
    """What is sent in all ways of a variant; `_NOWHERE` where no way is of it.

    Gives None where it differs, or where some way belongs to no variant.
    """
    if not _is_comparable(explored, again):
        return None
    for path, *_ in again.ways:
        if not any(_holds(conditions, path, again) for conditions, _ in _variants(explored)):
            return None
    sent = [statements for path, statements, *_ in again.ways if _holds(variant[0], path, again)]
    if not sent:
        return _NOWHERE
    return sent[0] if all(_essence(one) == _essence(sent[0]) for one in sent) else None


#: A variant that says that a list has values is not reached where the loop that fills it has no pass.
_NOWHERE = "nowhere"


# Which statements belong to which loop


def _told(variant, explored, none, twice, values):
    without, again = (_sent_under(variant, explored, other) for other in (none, twice))
    if without is None or again is None:
        return None
    shown = variant[1]
    if again == _NOWHERE:
        # There is nothing in the list that would be more.
        return [None] * len(shown) if without in (shown, _NOWHERE) else None
    told = _aligned(shown, without, again, values)
    if told is None and without != _NOWHERE and _around(shown) == _around(again):
        # Not each pass has its own transaction: the loop only decides where one begins.
        of_others = iter(_aligned(*map(_essence, (shown, without, again)), values) or ())
        told = [None if _is_around(statement) else next(of_others, _UNTOLD) for statement in shown]
    return None if told is None or _UNTOLD in told else told


def _is_around(statement):
    """Whether a statement only stands around others: with the first one, of whatever kind, a transaction begins."""
    return statement["role"] == "transaction" and statement["sql"] in ("BEGIN", "COMMIT", "ROLLBACK")


def _essence(statements):
    return [one for one in statements if not _is_around(one)]


def _around(statements):
    return [one["sql"] for one in statements if _is_around(one)]


_UNTOLD = "untold"


def _aligned(shown, without, again, values):
    """For each statement that is shown how a loop sends it, as a pair, or None where it is sent once in any case.

    The pair is `EACH` and the number of a block, whose statements follow one another in each pass; `LIST` or `ANY_LIST`
    and the spans of a list, which is shown with so many `values`; or `ANY` and None. Gives None where what is sent
    without a pass and with two is something else.
    """
    is_always_left = without == _NOWHERE
    without = shown if is_always_left else without

    @cache
    def rest(at, left_out, repeated):
        if at == len(shown):
            return () if (is_always_left or left_out == len(without)) and repeated == len(again) else None
        is_sent_again = repeated < len(again) and again[repeated] == shown[at]
        is_left = is_always_left or (left_out < len(without) and without[left_out] == shown[at])
        if is_sent_again and is_left:
            found = rest(at + 1, left_out + 1, repeated + 1)
            if found is not None:
                return (None, *found)
        for size in range(min(len(shown) - at, _LONGEST_BLOCK), 0, -1):
            block = shown[at : at + size]
            if again[repeated : repeated + 2 * size] == [*block, *block]:
                found = rest(at + size, left_out, repeated + 2 * size)
                if found is not None:
                    return (*[(EACH, at)] * size, *found)
        spans = growth(shown[at], again[repeated], values) if repeated < len(again) else None
        if spans:
            found = rest(at + 1, left_out + is_left, repeated + 1)
            if found is not None:
                return ((LIST if is_left else ANY_LIST, tuple(spans)), *found)
        if repeated < len(again) and _is_for_two(again[repeated], shown[at]):
            found = rest(at + 1, left_out, repeated + 1)
            if found is not None:
                return ((EACH, at), *found)
        if is_sent_again and not is_always_left:
            found = rest(at + 1, left_out, repeated + 1)
            if found is not None:
                return ((ANY, None), *found)
        return None

    return rest(0, 0, 0)


_LONGEST_BLOCK = 20


def _is_for_two(statement, shown):
    """Whether a statement is the one that is shown, with the parameters of two passes at once (`executemany`)."""
    if statement.get("sets", 1) != 2 * shown.get("sets", 1) or statement["sql"] != shown["sql"]:
        return False
    return statement["params"] == [*shown["params"], *shown["params"]] and statement["role"] == shown["role"]


def _passes(shown, names, told, without):
    """By the number of each statement that belongs to loops its `passes`; None where that cannot be said.

    `told` has what `_aligned` says of each loop, `without` what is sent when none of them runs.
    """
    passes, blocks, kept = {}, {}, iter([*_essence(shown if without == _NOWHERE else without), None])
    left = next(kept)
    for index, statement in enumerate(shown):
        of = [one[index] for one in told]
        each = [name for name, one in zip(names, of) if one and one[0] == EACH]
        only = [name for name, one in zip(names, of) if one and one[0] in (ANY, ANY_LIST)]
        if each and only:
            return None
        if each:
            group = blocks.setdefault(tuple(one and one[1] for one in of), len(blocks))
            passes[index] = {"sent": EACH, "loops": each, "group": group}
        elif _is_around(statement):
            continue
        elif only:
            passes[index] = {"sent": ANY, "loops": only, "group": None}
        elif left == statement:
            left = next(kept)
        else:
            passes[index] = {"sent": ANY, "loops": names, "group": None}
    if left is not None and without != _NOWHERE:
        return None
    if not without and len(names) == 1 and not blocks:
        # Nothing at all is sent then, no transaction either.
        return dict.fromkeys(range(len(shown)), {"sent": ANY, "loops": names, "group": None})
    return passes
