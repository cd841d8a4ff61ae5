/** Rows that refer to rows of their own table: what is found for one is not looked for without an end. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Category(Base):
    __tablename__ = "categories"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    parent: Mapped["Category | None"] = relationship(remote_side=[id], back_populates="children")
    children: Mapped[list["Category"]] = relationship(back_populates="parent", cascade="all, delete-orphan")

`;

test('what is deleted with the root of a tree', async () => {
  const view = await asking.viewAtEnd(
    `${models}def remove(session: Session, category: Category):\n    session.delete(category)\n    session.flush()`,
  );
  expect(view?.reason).toBe('Whether what is found has `children` of its own.');
  const deletes = view!.statements.filter(({ sql }) => sql.startsWith('DELETE'));
  expect(new Set(deletes.map(({ when }) => when))).toEqual(new Set(['category.children', 'not (category.children)']));
});

test('a recursive query is shown where it is built', async () => {
  const view = await asking.viewAtEnd(`${models}def tree():
    roots = select(Category.id).where(Category.parent_id.is_(None)).cte("tree", recursive=True)
    child = aliased(Category)
    return roots.union_all(select(child.id).where(child.parent_id == roots.c.id))`);
  expect(view?.reason).toBeNull();
  expect(view?.statements[0]?.sql).toMatch(/^WITH RECURSIVE tree\(id\) AS[^]*UNION ALL[^]*SELECT tree.id \nFROM tree$/);
});
