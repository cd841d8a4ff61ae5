/** What the rules found is kept for each function until something it was made from changes. */
import { describe, expect, test } from 'vitest';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import type { ModelGraph } from '../../../server/src/orm/model.ts';
import { defaultRuleSettings } from '../../../server/src/rules/levels.ts';
import { type RuleFinding, RuleRunner } from '../../../server/src/rules/run.ts';
import { Project } from '../../harness/project.ts';

const shop = {
  'shop/__init__.py': '',
  'shop/models.py': `
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship(back_populates="user")


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(back_populates="posts")


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
`,
  'shop/queries.py': `
from sqlalchemy import select
from shop.models import Post, User


def all_users(session):
    return session.scalars(select(User))


def count(rows):
    return len(rows)
`,
  'shop/users.py': `
from sqlalchemy import select
from sqlalchemy.orm import Session
from shop.models import User
from shop.queries import all_users


def names(session: Session):
    for user in session.scalars(select(User)):
        print(user.posts)


def others(session: Session):
    for user in all_users(session):
        print(user.posts)


def nothing():
    return 1


class Report:
    def __init__(self, session: Session):
        self.session = session

    def lines(self):
        for user in self.session.scalars(select(User)):
            print(user.posts)

    def title(self):
        return "Users"
`,
  'shop/tags.py': `
from sqlalchemy import select
from sqlalchemy.orm import Session
from shop.models import Tag


def tags(session: Session):
    for tag in session.scalars(select(Tag)):
        print(tag.id)
`,
};

class Editor {
  readonly project: Project;
  readonly #rules = new RuleRunner();
  #graph: ModelGraph | undefined;

  constructor(files: Readonly<Record<string, string>>) {
    this.project = new Project(files);
  }

  check(path: string): RuleFinding[] {
    const { program, snapshot } = this.project;
    this.#graph = buildModelGraph(program, snapshot, this.#graph);
    const inference = createInference(program, this.#graph);
    const file = this.project.file(path);
    return this.#rules.run({ file, program, graph: this.#graph, inference, settings: defaultRuleSettings });
  }

  /** How many functions and statements are checked again when the findings of a file are asked for. */
  checksOf(path: string): number {
    const before = this.#rules.checked;
    this.check(path);
    return this.#rules.checked - before;
  }

  replace(path: string, from: string, to: string): void {
    const { text } = this.project.file(path);
    expect(text).toContain(from);
    this.project.type(path, text.replace(from, to));
  }
}

function opened(): Editor {
  const editor = new Editor(shop);
  for (const path of ['shop/users.py', 'shop/tags.py', 'shop/queries.py']) editor.check(path);
  return editor;
}

test('the loops are found', () => {
  expect(
    opened()
      .check('shop/users.py')
      .map(({ message }) => message),
  ).toEqual(Array.from({ length: 3 }, () => '`user.posts` runs one query per User'));
});

describe('is checked again', () => {
  test('nothing when nothing changed', () => {
    expect(opened().checksOf('shop/users.py')).toBe(0);
  });

  test('who calls the function that was typed in, in another file too', () => {
    const editor = opened();
    editor.replace('shop/queries.py', 'select(User))', 'select(User).limit(3))');
    expect(editor.checksOf('shop/users.py')).toBe(1);
    expect(editor.checksOf('shop/tags.py')).toBe(0);
  });

  test('exactly what reaches the model that has a new relationship', () => {
    const editor = opened();
    editor.replace(
      'shop/models.py',
      'class Post(Base)',
      '    drafts: Mapped[list["Post"]] = relationship(viewonly=True)\n\n\nclass Post(Base)',
    );
    expect(editor.checksOf('shop/users.py')).toBe(3);
    expect(editor.checksOf('shop/tags.py')).toBe(0);
  });
});
