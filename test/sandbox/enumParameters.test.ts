/** Members of enumerations as parameters: what a driver gets of them. */
import { expect, test } from 'vitest';
import { parameterText } from '../../server/src/ide/labels.ts';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
import enum
from sqlalchemy import case, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class State(enum.Enum):
    OPEN = "open"

class Word(str, enum.Enum):
    HELLO = "hello"

class Level(enum.IntEnum):
    LOW = 1

class Base(DeclarativeBase):
    pass

class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    state: Mapped[State]

`;

test.each([
  ['select(Task.id).where(Task.state == State.OPEN)', ["'OPEN'"]],
  ['select(Task.id).where(Task.text == Word.HELLO, Task.id == Level.LOW)', ["'hello'", '1']],
  // The type of the column does not reach it: no driver takes what is sent.
  ['select(case((Task.id == 3, State.OPEN), else_=Task.state))', ['3', 'State.OPEN']],
])('%s', async (query, params) => {
  const view = await asking.viewAtEnd(models + query);
  expect(view?.statements[0]?.params.map(parameterText)).toEqual(params);
});

test('one that a function is given', async () => {
  const view = await asking.viewAtEnd(`${models}
class Day(str, enum.Enum):
    MONDAY = "monday"
    UNSET = "unset"

    @staticmethod
    def of(date):
        return Day[date.strftime("%A")]

class Rules:
    def find(self, day: Day):
        return select(Task.id).where(Task.text == day, Task.text != Day.UNSET.value)`);
  expect([view?.reason, view?.statements[0]?.params.map(parameterText)]).toEqual([null, ['day', "'unset'"]]);
});

test('an object that no driver takes is named', async () => {
  const view = await asking.viewAtEnd(`${models}
class Page:
    def __init__(self, number):
        self.number = number

select(Task.id).where(Task.text == Page(3))`);
  expect([view?.reason, view?.statements[0]?.params.map(parameterText)]).toEqual([
    'What a `Page` is sent as.',
    ["'Page'"],
  ]);
});
