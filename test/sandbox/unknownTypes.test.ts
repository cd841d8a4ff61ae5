/** A statement depends on a column type that is not known only where it comes near such a column. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
from acme.types import Money
from sqlalchemy import Column, Integer, func, insert, select, update
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Account(Base):
    __tablename__ = "accounts"
    id = Column(Integer, primary_key=True)
    number = Column(Integer)
    balance = Column(Money(10))

`;

async function reasonOf(expression: string): Promise<string | null> {
  const view = await asking.viewAtEnd(`${models}${expression}\n`);
  expect(view?.statements).not.toEqual([]);
  return view!.reason;
}

const missing = 'Column type `Money` of `acme.types` was not found.';

test.each(['select(Account.number)', 'select(func.count(Account.id))', 'update(Account).values(number=1)'])(
  '%s does not depend on the type of another column',
  async (expression) => {
    expect(await reasonOf(expression)).toBeNull();
  },
);

test.each([
  'select(Account)',
  'select(Account.number).where(Account.balance > 3)',
  'select(Account.number).order_by(Account.balance.desc())',
  'update(Account).values(balance=1)',
])('%s depends on it, also when it is asked for again', async (expression) => {
  expect(await reasonOf(expression)).toBe(missing);
  expect(await reasonOf(expression)).toBe(missing);
});

test.each([
  ['a query', 'session.query(Account).filter(Account.id == value).first()'],
  ['a statement', 'session.scalars(select(Account).where(Account.id == value)).all()'],
  ['an object that is loaded', 'session.get(Account, value)'],
  ['a flush', 'session.add(Account(number=value, balance=value))\n    session.flush()'],
])('what is said of %s is said of the next one that is sent in the same words', async (_, body) => {
  const reasons = [];
  for (const name of ['first', 'second', 'third']) {
    const function_ = `def ${name}(session: Session, ${name}_value):\n    ${body.replaceAll('value', `${name}_value`)}\n`;
    const view = await asking.viewAtEnd(`from sqlalchemy.orm import Session\n${models}${function_}`);
    reasons.push(view?.reason);
  }
  expect(new Set(reasons)).toEqual(new Set([missing]));
});
