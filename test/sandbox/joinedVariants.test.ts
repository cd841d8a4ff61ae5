import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Variants that send the same, and how the conditions of functions are said that they have in common. */

const asking = useAsking();

const models = `
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Match(Base):
    __tablename__ = "matches"

    id: Mapped[int] = mapped_column(primary_key=True)
    goals: Mapped[int]
    place: Mapped[str]


class Missing:
    pass


def setting(given, text):
    if given and given > 3:
        return given
    if text == "none" or text == "null":
        return None
    return int(text)


def lengths(name, text):
    if name in text:
        return len(text)
    return None


def wanted(value):
    return value is not Missing
`;

/** The conditions of each variant of \`select(Match)\` in a function with some parameters. */
async function variants(parameters: string, body: string): Promise<unknown> {
  const lines = body.trim().replaceAll('\n', '\n    ');
  const view = await asking.viewAtEnd(`${models}
def matches(session: Session, ${parameters}):
    query = select(Match.id)
    ${lines}
    return session.scalars(query).all()`);
  return [view?.reason, ...(view?.statements ?? []).map(({ sql, when }) => [when, /WHERE (.*)/.exec(sql)?.[1] ?? '-'])];
}

test('what a condition behind several ways leaves out is one variant', async () => {
  const body = `
least = setting(given, text)
if least and is_open:
    query = query.where(Match.goals >= least)`;
  expect(await variants('given: int, text: str, is_open: bool', body)).toEqual([
    null,
    ['given and given > 3 and least and is_open', 'matches.goals >= %(goals_1)s'],
    ['not (least and is_open)', '-'],
    [
      'not (given and given > 3) and not (text == "none" or text == "null") and least and is_open',
      'matches.goals >= %(goals_1)s',
    ],
  ]);
});

test('a test in a function is said as a whole, whichever part of it decides', async () => {
  const body = 'query = query.where(Match.goals == setting(given, text))';
  expect(await variants('given: int, text: str', body)).toEqual([
    null,
    ['given and given > 3', 'matches.goals = %(goals_1)s'],
    ['not (given and given > 3) and (text == "none" or text == "null")', 'matches.goals IS NULL'],
    ['not (given and given > 3) and not (text == "none" or text == "null")', 'matches.goals = %(goals_1)s'],
  ]);
});

test('a parameter of which the value is known is said by its value', async () => {
  const body = 'query = query.where(Match.place == text) if is_in("Ulm", text) else query';
  expect(await variants('text: str', `is_in = lambda name, all: True if name in all else False\n${body}`)).toEqual([
    null,
    ['is_in("Ulm", text)', 'matches.place = %(place_1)s'],
    ['not (is_in("Ulm", text))', '-'],
  ]);
  expect(await variants('text: str', 'query = query.where(Match.goals == lengths("Ulm", text))')).toEqual([
    null,
    ["'Ulm' in text", 'matches.goals = %(goals_1)s'],
    ["not ('Ulm' in text)", 'matches.goals IS NULL'],
  ]);
});

test('a value of a known type is no class', async () => {
  const body = 'query = query.where(Match.goals > 3) if wanted(int(text)) else query';
  expect(await variants('text: str', body)).toEqual([null, [null, 'matches.goals > %(goals_1)s']]);
});

test('ways that send the same and have nothing in common stay apart', async () => {
  const body = `
if first:
    if second:
        query = query.where(Match.goals > 3)
elif third:
    query = query.where(Match.goals > 3)`;
  expect(await variants('first, second, third', body)).toEqual([
    null,
    ['first and second', 'matches.goals > %(goals_1)s'],
    ['first and not (second)', '-'],
    ['not (first) and third', 'matches.goals > %(goals_1)s'],
    ['not (first) and not (third)', '-'],
  ]);
});
