/** In a trusted workspace, SQLAlchemy-Utils itself calls the methods that observe what a session writes. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { run } from '../../scripts/tools/run.ts';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryView } from '../../server/src/ide/views.ts';
import { createRenderer, type Renderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';

const models = `
from typing import List, Optional
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy_utils import EmailType, observes

class Base(DeclarativeBase):
    pass

class Shop(Base):
    __tablename__ = "shops"
    id: Mapped[int] = mapped_column(primary_key=True)
    sold: Mapped[int]
    email = mapped_column(EmailType)
    orders: Mapped[List["Order"]] = relationship(back_populates="shop")

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]
    total: Mapped[int] = mapped_column(default=0)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    shop: Mapped[Shop] = relationship(back_populates="orders")
    lines: Mapped[List["Line"]] = relationship(back_populates="order")

    @observes("lines")
    def add_up(self, lines):
        self.total = sum(line.price for line in lines)

class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    label: Mapped[str] = mapped_column(default="")
    order_id: Mapped[Optional[int]] = mapped_column(ForeignKey("orders.id"))
    order: Mapped[Order] = relationship(back_populates="lines")

    @observes("price", "order")
    def label_it(self, price, order):
        self.label = f"{price} of {order.note}" if order else ""
`;

/** By their names the parameters and the body of each function. */
const functions: Readonly<Record<string, readonly [parameters: string, body: string]>> = {
  other_column: ['order: Order', 'order.note = "x"'],
  observed_column: ['line: Line', 'line.price = 3'],
  column_of_an_owner: ['shop: Shop', 'shop.sold = 3'],
  column_beside_an_observed_one: ['line: Line', 'line.label = "x"'],
  new: ['shop: Shop', 'session.add(Order(note="x", shop=shop, lines=[Line(price=3)]))'],
  moved: ['line: Line, shop: Shop', 'line.order = Order(note="x", shop=shop)'],
  deleted: ['line: Line', 'session.delete(line)'],
};

const uses = `from sqlalchemy.orm import Session\nfrom models import Line, Order, Shop\n${Object.entries(functions)
  .map(
    ([name, [parameters, body]]) =>
      `\ndef ${name}(session: Session, ${parameters}):\n    ${body}\n    session.commit()\n`,
  )
  .join('')}`;

let folder: string;
let renderer: Renderer;
let native: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ormsight-observers-'));
  const python = await pythonEnvironment(join(import.meta.dirname, 'installed/sqlalchemy-utils.txt'));
  symlinkSync(dirname(dirname(python)), join(folder, '.venv'), 'junction');
  const files = { 'pyproject.toml': '[project]\nname = "shop"\n', 'models.py': models, 'uses.py': uses };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const printed = await run(python, ['-B', join(import.meta.dirname, 'installed/observers.py'), folder]);
  native = JSON.parse(printed) as typeof native;
  const log = { info: () => undefined, warn: () => undefined };
  renderer = createRenderer({ ...runtimeFiles(), storageDir: join(folder, 'storage'), log });
}, 300_000);

afterAll(() => {
  renderer?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function viewsOf(isTrusted: boolean): Promise<readonly QueryView[]> {
  const workspace = new Workspace({ roots: [folder] });
  const settings = () => ({ dialect: 'sqlite', driver: null }) as const;
  const engine = createEngine({ workspace, renderer, settings, isTrusted: () => isTrusted });
  return engine.queriesIn(join(folder, 'uses.py'));
}

test('what they load and change is sent', async () => {
  const views = await viewsOf(true);
  for (const name of Object.keys(functions)) {
    const own = views.filter((view) => view.function === name);
    const statements = own.flatMap((view) => view.statements.filter(({ role }) => role !== 'transaction'));
    expect(
      statements.map(({ sql }) => sql.replaceAll(/\s+/g, ' ')),
      name,
    ).toEqual(native[name]);
    expect(own.map(({ reason }) => reason)).toEqual(own.map(() => null));
  }
}, 120_000);

test('in an untrusted workspace they are named', async () => {
  const views = await viewsOf(false);
  for (const name of ['other_column', 'deleted'])
    expect(views.find((view) => view.function === name)?.reason).toMatch(/^What `\w+` of `\w+` does when a session/);
}, 120_000);
