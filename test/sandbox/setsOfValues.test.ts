import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Sets of texts: Python has their values in another order each time that it is started. */

const asking = useAsking();

const sqlalchemy = `
from celery.states import READY_STATES
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]


STATES = {"new", "old"}
`;

const django = `
from django.db import models

class Task(models.Model):
    state = models.CharField(max_length=10)

STATES = frozenset(["new", "old"])
`;

test.each([
  ['Task.state.in_(STATES)', 'In which order `STATES` has its values.'],
  ['Task.state.in_({"new", "old"})', 'In which order `{"new", "old"}` has its values.'],
  ['Task.state.in_(READY_STATES)', 'In which order `READY_STATES` has its values.'],
  ['Task.state.in_({"new"})', null],
  ['Task.state.in_(sorted(STATES))', null],
  ['Task.id.in_({3, 1, 2})', null],
  ['Task.state.in_({first, second})', 'In which order `{first, second}` has its values.'],
  ['Task.state.in_({one.upper() for one in given})', null],
])('SQLAlchemy: %s', async (condition, reason) => {
  const view = await asking.viewAtEnd(
    `${sqlalchemy}\ndef of(first: str, second: str, given: list[str]):\n    return select(Task.id).where(${condition})\n`,
  );
  expect(view?.reason).toBe(reason);
});

test.each([
  ['state__in=STATES', 'In which order `STATES` has its values.'],
  ['state__in=sorted(STATES)', null],
])('Django: %s', async (condition, reason) => {
  const view = await asking.viewAtEnd(`${django}\nTask.objects.filter(${condition})\n`, 'shop/models.py');
  expect(view?.reason).toBe(reason);
});
