/** Python that has nothing to do with an ORM: most of every application. */
import { indent, lineCount, python } from './file.ts';
import { pascal } from './domain.ts';
import type { Random } from '../../harness/random.ts';
import { adjectives, nouns, remarks, verbs } from './words.ts';

/** A module of about so many lines. Its functions that tests can call are named in `functions`. */
export interface PlainModule {
  readonly text: string;
  readonly functions: readonly PlainFunction[];
}

export interface PlainFunction {
  readonly name: string;
  readonly takes: 'numbers' | 'text';
}

export function plainModule(
  about: string,
  lines: number,
  random: Random,
  imports: readonly string[] = [],
): PlainModule {
  const names = new Names(random);
  const functions: PlainFunction[] = [];
  const pieces: string[] = [];
  let length = 12;
  while (length < lines) {
    const piece = random.pick(kinds)(random, names, functions);
    pieces.push(piece);
    length += lineCount(piece) + 3;
  }
  const head = `"""${about}.\n\n${random.pick(remarks)}. ${random.pick(remarks)}.\n"""`;
  const library = `from __future__ import annotations

import asyncio
import dataclasses
import enum
import logging
import re
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Callable, Iterable, Iterator`;
  const text = python(head, `${[library, ...imports].join('\n\n')}\n\nlogger = logging.getLogger(__name__)`, ...pieces);
  return { text, functions };
}

/** Names that no other piece of the module has. */
class Names {
  readonly #random: Random;
  readonly #taken = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** `merge_late_window` */
  function(): string {
    const random = this.#random;
    return this.#unique(`${random.pick(verbs)}_${random.pick(adjectives)}_${random.pick(nouns)}`);
  }

  /** `LateWindow` */
  type(): string {
    const random = this.#random;
    return this.#unique(pascal(`${random.pick(adjectives)}_${random.pick(nouns)}`));
  }

  constant(): string {
    return this.function().toUpperCase();
  }

  #unique(name: string): string {
    let free = name;
    for (let n = 2; this.#taken.has(free); n++) free = `${name}_${n}`;
    this.#taken.add(free);
    return free;
  }
}

type Kind = (random: Random, names: Names, functions: PlainFunction[]) => string;

function docstring(random: Random, what: string): string {
  if (random.chance(0.3)) return '';
  if (random.chance(0.5)) return `    """${what}."""\n`;
  return `    """${what}.

    ${random.pick(remarks)}. ${random.pick(remarks)}.

    :param values: what came in, in the order of arrival
    :returns: a new object; the input is left as it was
    """\n`;
}

function comment(random: Random): string {
  return random.chance(0.4) ? `    # ${random.pick(remarks)}.\n` : '';
}

function arithmetic(random: Random, names: Names, functions: PlainFunction[]): string {
  const name = names.function();
  functions.push({ name, takes: 'numbers' });
  const [a, b] = [random.between(2, 97), random.between(2, 40)];
  return `def ${name}(values: Iterable[float], threshold: float = ${a}.0) -> list[float]:
${docstring(random, `Keep what is near ${a} and smooth the rest`)}    result: list[float] = []
    previous = 0.0
${comment(random)}    for index, value in enumerate(values):
        if value < 0 and index % ${b} != 0:
            continue
        smooth = previous * 0.${random.between(10, 89)} + value * (1 - 1 / ${b})
        if smooth > threshold:
            smooth = threshold + (smooth - threshold) ** 0.5
        elif smooth == ${random.between(1, 9)}:
            smooth += 1e-${random.between(3, 9)}
        result.append(round(smooth, ${random.between(1, 6)}))
        previous = smooth
    return result
`;
}

function textFunction(random: Random, names: Names, functions: PlainFunction[]): string {
  const name = names.function();
  functions.push({ name, takes: 'text' });
  const word = random.pick(nouns);
  return `def ${name}(text: str, *, limit: int | None = None, fill: str = "${random.pick(['-', '_', '.', ' '])}") -> str:
${docstring(random, `Make one line of a ${word}`)}    pattern = re.compile(r"(?P<${word}>[a-z]{${random.between(1, 4)},})\\s*[=:]\\s*(\\d+|\\"[^\\"]*\\")")
    parts = [match.group("${word}") for match in pattern.finditer(text.lower())]
${comment(random)}    joined = fill.join(part.strip() for part in parts if part and part != "${random.pick(adjectives)}")
    if limit is not None and len(joined) > limit:
        joined = f"{joined[: max(limit - ${random.between(1, 3)}, 0)]}…"
    return joined or f"{fill * 3}{text[:${random.between(4, 20)}]!r}"
`;
}

function dataClass(random: Random, names: Names): string {
  const name = names.type();
  const attributes = [...new Set(Array.from({ length: random.between(3, 8) }, () => random.pick(nouns)))];
  const [first = 'node', second = first] = attributes;
  return `@dataclass(${random.pick(['slots=True', 'frozen=False', 'order=True', 'kw_only=False'])})
class ${name}:
    """A ${random.pick(adjectives)} ${first} with its ${second}. ${random.pick(remarks)}."""

${attributes.map((attribute, i) => `    ${attribute}: ${random.pick(['int = 0', 'str = ""', 'float = 1.0', `bool = ${i % 2 ? 'True' : 'False'}`, 'list[str] = field(default_factory=list)', 'dict[str, Any] = field(default_factory=dict)'])}`).join('\n')}

    @property
    def is_${random.pick(adjectives)}(self) -> bool:
        return bool(self.${first}) and not self.${second}

    def ${random.pick(verbs)}(self, other: "${name}") -> "${name}":
        changes = {name: getattr(other, name) or value for name, value in dataclasses.asdict(self).items()}
        return dataclasses.replace(self, **changes)

    def as_row(self) -> tuple[Any, ...]:
        return (${attributes.map((attribute) => `self.${attribute}`).join(', ')},)
`;
}

function table(random: Random, names: Names): string {
  const name = names.constant();
  const rows = Array.from({ length: random.between(8, 45) }, (_, row) => {
    const key = `${random.pick(adjectives)}_${random.pick(nouns)}_${row}`;
    return `    "${key}": {"label": "${pascal(key)}", "order": ${random.between(1, 900)}, "factor": ${random.between(1, 99)}.${random.between(0, 99)}, "tags": ("${random.pick(nouns)}", "${random.pick(nouns)}")},`;
  });
  return `# ${random.pick(remarks)}.
${name}: dict[str, dict[str, Any]] = {
${rows.join('\n')}
}
`;
}

function stateMachine(random: Random, names: Names): string {
  const name = names.type();
  const states = random.some(adjectives, random.between(4, 7)).map((state) => state.toUpperCase());
  const steps = states.slice(1).map((state, i) => {
    const test = `event == "${random.pick(verbs)}"${random.chance(0.4) ? ` and self.count > ${random.between(1, 12)}` : ''}`;
    return `if self.state is ${name}State.${states[i]} and ${test}:
    self.state = ${name}State.${state}`;
  });
  return `class ${name}State(enum.Enum):
${states.map((state, i) => `    ${state} = ${i + 1}`).join('\n')}


class ${name}Machine:
    """Goes from ${states[0]!.toLowerCase()} to ${states.at(-1)!.toLowerCase()}.

    ${random.pick(remarks)}.
    """

    def __init__(self, *, on_change: Callable[[${name}State], None] | None = None) -> None:
        self.state = ${name}State.${states[0]}
        self.count = 0
        self.history: list[tuple[datetime, ${name}State]] = []
        self._on_change = on_change

    def feed(self, event: str) -> ${name}State:
        before = self.state
        self.count += 1
${indent(steps.join('\nel'), 2)}
        else:
            logger.debug("%s ignores %s after %d events", type(self).__name__, event, self.count)
        if before is not self.state:
            self.history.append((datetime.now(), self.state))
            if self._on_change is not None:
                self._on_change(self.state)
        return self.state

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.state.name.lower()} after {self.count:,} events>"
`;
}

function matcher(random: Random, names: Names): string {
  const cases = random.some(nouns, random.between(3, 6)).map((noun, i) =>
    random.pick([
      `case {"kind": "${noun}", "value": int(value)} if value > ${random.between(1, 50)}:
    return value * ${random.between(2, 9)}`,
      `case ["${noun}", *rest]:
    return sum(len(str(part)) for part in rest) + ${i}`,
      `case "${noun}" | "${noun}s":
    return ${random.between(1, 100)}`,
      `case (int() | float()) as number, "${noun}":
    return int(number) // ${random.between(2, 9)}`,
    ]),
  );
  return `def ${names.function()}(value: Any) -> int:
${docstring(random, 'Read one of the forms that clients send')}    match value:
${indent(cases.join('\n'), 2)}
        case None:
            return 0
        case _:
            raise ValueError(f"cannot read {value!r}")
`;
}

function graphSearch(random: Random, names: Names): string {
  const [node, edge] = random.some(nouns, 2);
  return `def ${names.function()}(edges: dict[str, list[tuple[str, int]]], start: str, goal: str) -> list[str] | None:
${docstring(random, `The cheapest way over each ${edge} from one ${node} to another`)}    import heapq

    queue: list[tuple[int, str, list[str]]] = [(0, start, [start])]
    seen: set[str] = set()
    while queue:
        cost, ${node}, way = heapq.heappop(queue)
        if ${node} == goal:
            return way
        if ${node} in seen or cost > ${random.between(100, 9000)}:
            continue
        seen.add(${node})
${indent(comment(random))}        for following, weight in edges.get(${node}, ()):
            if following not in seen:
                heapq.heappush(queue, (cost + max(weight, ${random.between(0, 3)}), following, [*way, following]))
    return None
`;
}

function grouping(random: Random, names: Names): string {
  const [key, value] = random.some(nouns, 2);
  return `def ${names.function()}(rows: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
${docstring(random, `Add up by ${key}`)}    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    counts = Counter(str(row.get("${key}", "")) for row in rows)
    for row in rows:
        ${key} = str(row.get("${key}") or "${random.pick(adjectives)}")
        try:
            totals[${key}] += Decimal(str(row["${value}"])) / counts[${key}]
        except (KeyError, ArithmeticError) as error:
            logger.warning("row without ${value}: %s", error)
        else:
            totals[${key}] = totals[${key}].quantize(Decimal("0.${'0'.repeat(random.between(1, 4))}1"), ROUND_HALF_UP)
    return {name: total for name, total in sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))}
`;
}

function asynchronous(random: Random, names: Names): string {
  const [name, noun] = [names.function(), random.pick(nouns)];
  return `async def ${name}(jobs: Iterable[Callable[[], Any]], *, workers: int = ${random.between(2, 16)}) -> list[Any]:
${docstring(random, `Fetch every ${noun}, a few at a time`)}    gate = asyncio.Semaphore(workers)
    results: list[Any] = []

    async def one(number: int, job: Callable[[], Any]) -> None:
        async with gate:
            for attempt in range(${random.between(2, 5)}):
                try:
                    results.append((number, await asyncio.to_thread(job)))
                    return
                except TimeoutError:
                    await asyncio.sleep(0.${random.between(1, 9)} * 2**attempt)
            logger.error("${noun} %d was given up", number)

    await asyncio.gather(*(one(number, job) for number, job in enumerate(jobs)))
    return [result for _, result in sorted(results, key=lambda pair: pair[0])]
`;
}

function contextManager(random: Random, names: Names): string {
  const noun = random.pick(nouns);
  return `@contextmanager
def ${names.function()}(name: str, *, limit: timedelta = timedelta(seconds=${random.between(5, 600)})) -> Iterator[dict[str, Any]]:
${docstring(random, `Measure what happens to a ${noun}`)}    state: dict[str, Any] = {"name": name, "started": datetime.now(), "${noun}": []}
    try:
        yield state
    except (OSError, ValueError):
        state["failed"] = True
        raise
    finally:
        took = datetime.now() - state["started"]
        if took > limit:
            logger.warning("%s took %.1f s of %d", name, took.total_seconds(), limit.total_seconds())
`;
}

function calendar(random: Random, names: Names): string {
  return `def ${names.function()}(first: date, last: date, *, holidays: frozenset[date] = frozenset()) -> Iterator[date]:
${docstring(random, 'The working days of a range')}    day = first
    while day <= last:
        if day.weekday() < ${random.between(4, 6)} and day not in holidays and (day.month, day.day) != (${random.between(1, 12)}, ${random.between(1, 28)}):
            yield day
        day += timedelta(days=${random.between(1, 3)})
`;
}

function cache(random: Random, names: Names): string {
  const name = names.type();
  const noun = random.pick(nouns);
  return `class ${name}Cache:
    """Keeps the last ${random.between(10, 900)} of each ${noun}."""

    __slots__ = ("_entries", "_limit", "hits", "misses")

    def __init__(self, limit: int = ${random.between(16, 4096)}) -> None:
        self._entries: dict[str, Any] = {}
        self._limit = limit
        self.hits = self.misses = 0

    def get(self, key: str, make: Callable[[], Any]) -> Any:
        if key in self._entries:
            self.hits += 1
            self._entries[key] = value = self._entries.pop(key)
            return value
        self.misses += 1
        self._entries[key] = value = make()
        while len(self._entries) > self._limit:
            del self._entries[next(iter(self._entries))]
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    @classmethod
    def ${random.pick(verbs)}(cls, pairs: Iterable[tuple[str, Any]], *, limit: int = ${random.between(1, 64)}) -> "${name}Cache":
        cache = cls(limit)
        for key, value in pairs:
            cache._entries[f"${noun}:{key}"] = value
        return cache
`;
}

const kinds: readonly Kind[] = [
  arithmetic,
  arithmetic,
  textFunction,
  textFunction,
  dataClass,
  dataClass,
  table,
  stateMachine,
  matcher,
  graphSearch,
  grouping,
  asynchronous,
  contextManager,
  calendar,
  cache,
];

/** Tests of a plain module, about so many lines. */
export function plainTests(module: string, tested: readonly PlainFunction[], lines: number, random: Random): string {
  const pieces: string[] = [];
  let length = 6;
  for (let number = 1; length < lines; number++) {
    const one = tested.length > 0 ? random.pick(tested) : null;
    const piece = one === null || random.chance(0.15) ? fixture(number, random) : testOf(one, number, random);
    pieces.push(piece);
    length += lineCount(piece) + 3;
  }
  const imported =
    tested.length > 0 ? `from ${module} import ${[...tested.map(({ name }) => name)].sort().join(', ')}` : '';
  return python(`"""Tests of ${module}."""`, `import pytest\n\n${imported}`, ...pieces);
}

function testOf({ name, takes }: PlainFunction, number: number, random: Random): string {
  if (takes === 'text') {
    const rows = Array.from({ length: random.between(2, 9) }, () => {
      const noun = random.pick(nouns);
      return `    ("${noun} = ${random.between(1, 99)}", ${random.between(3, 20)}, "${noun.slice(0, 3)}"),`;
    });
    return `@pytest.mark.parametrize(("text", "limit", "start"), [
${rows.join('\n')}
])
def test_${name}_${number}(text, limit, start):
    result = ${name}(text, limit=limit)
    assert result.startswith(start)
    assert len(result) <= limit
`;
  }
  const values = Array.from(
    { length: random.between(3, 14) },
    () => `${random.between(0, 200)}.${random.between(0, 9)}`,
  );
  return `def test_${name}_${number}():
    values = [${values.join(', ')}]
    result = ${name}(values, threshold=${random.between(3, 90)}.0)
    assert len(result) == ${values.length}
    assert all(value >= 0 for value in result), result
    # ${random.pick(remarks)}.
    assert result == ${name}(iter(values), threshold=${random.between(3, 90)}.0)[:${values.length}] or result
`;
}

function fixture(number: number, random: Random): string {
  const noun = random.pick(nouns);
  return `@pytest.fixture${random.chance(0.5) ? '(scope="module")' : ''}
def ${noun}_${number}(tmp_path_factory):
    folder = tmp_path_factory.mktemp("${noun}")
    for number in range(${random.between(2, 9)}):
        (folder / f"${random.pick(adjectives)}-{number}.txt").write_text("${random.pick(remarks)}\\n" * ${random.between(1, 30)})
    yield sorted(folder.iterdir())
`;
}
