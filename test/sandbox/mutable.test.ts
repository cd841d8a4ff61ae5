/** Values of mutable types that nobody knows: changing one in place writes the object that holds it. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const models = `
from sqlalchemy import JSON
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Kiosk(Base):
    __tablename__ = "kiosks"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    options: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON))
    labels: Mapped[list] = mapped_column(MutableList.as_mutable(JSON))
    notes: Mapped[dict] = mapped_column(JSON)

def change(session: Session, kiosk: Kiosk):
    kiosk.name = "x"
`;

const asking = useAsking();

async function columnsWritten(...body: readonly string[]): Promise<readonly (string | undefined)[]> {
  const lines = [...body, 'session.commit()'].map((line) => `    ${line}\n`);
  const view = await asking.viewAtEnd(models + lines.join(''));
  expect(view?.status).toBe('exact');
  const update = view?.statements.find(({ sql }) => sql.startsWith('UPDATE'));
  return [...(update?.sql.matchAll(/(\w+)=/g) ?? [])].map(([, column]) => column);
}

test.each([
  ['kiosk.options["open"] = True', ['name', 'options']],
  ['del kiosk.options["open"]', ['name', 'options']],
  ['kiosk.options.update(open=True)', ['name', 'options']],
  ['kiosk.options.setdefault("open", True)', ['name', 'options']],
  ['kiosk.labels.append("new")', ['name', 'labels']],
  ['print(kiosk.options.get("open"))', ['name']],
  ['kiosk.notes["open"] = True', ['name']],
])('%s', async (line, columns) => {
  expect(await columnsWritten(line)).toEqual(columns);
});

test('of an object that a query loads', async () => {
  expect(await columnsWritten('kiosk = session.get(Kiosk, 1)', 'kiosk.options["open"] = True')).toEqual(['options']);
});
