import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Something that may be one of more models than anybody would read variants of. */

const asking = useAsking();

const names = Array.from({ length: 11 }, (_, i) => `Kind${i}`);

const models = `
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass

${names
  .map(
    (name, i) => `
class ${name}(Base):
    __tablename__ = "kinds_${i}"

    id: Mapped[int] = mapped_column(primary_key=True)
`,
  )
  .join('\n')}

def all_of(session: Session):
${names.map((name) => `    find(session, ${name})\n`).join('')}
`;

async function find(body: string): Promise<unknown> {
  const view = await asking.viewAtEnd(`${models}\ndef find(session: Session, model):\n    return ${body}`);
  return [view?.reason, view?.moreVariants, view?.statements.map(({ when }) => when)];
}

test('eight are shown, and it is said how many there are besides', async () => {
  expect(await find('session.scalars(select(model)).all()')).toEqual([
    null,
    3,
    // In the order of their names, in which 10 comes before 2.
    [0, 1, 10, 2, 3, 4, 5, 6].map((i) => `model is Kind${i}`),
  ]);
});

test('what is the same for all that were looked at may be something else for another', async () => {
  expect(await find('session.scalars(select(Kind0 if model else model)).all()')).toEqual([
    'What else `model` may be.',
    0,
    [null],
  ]);
});
