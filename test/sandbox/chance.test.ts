/** What differs from call to call is a value that is not known, however a program comes by it. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
import random
from random import Random, SystemRandom
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Ticket(Base):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]

def drawn(length: int = 3):
    return "".join(random.SystemRandom().choice("abc") for _ in range(length))

`;

test.each([
  'random.choice("abc")',
  'random.SystemRandom().choice("abc")',
  'SystemRandom().choice("abc")',
  'Random().choice("abc")',
  'random.triangular(0, 1)',
])('%s', async (value) => {
  const view = await asking.viewAtEnd(`${models}select(Ticket.id).where(Ticket.number == ${value})\n`);
  expect(view?.status).toBe('exact');
  expect(view?.statements[0]?.params).toEqual([{ name: 'number_1', hole: value }]);
});

test('what a function puts together of it', async () => {
  const view = await asking.viewAtEnd(`${models}select(Ticket.id).where(Ticket.number == drawn())\n`);
  expect(view?.status).toBe('exact');
  expect(view?.statements[0]?.params[0]).not.toHaveProperty('value');
});
