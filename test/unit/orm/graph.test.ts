import { describe, expect, test } from 'vitest';
import { declaredCatalog } from '../../../server/src/orm/declaredCatalog.ts';
import { buildModelGraph, graphBuilds } from '../../../server/src/orm/graph.ts';
import type { ModelGraph } from '../../../server/src/orm/model.ts';
import { Project } from '../../harness/project.ts';

const files = {
  'app/__init__.py': '',
  'app/models.py': `
import enum
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Role(enum.Enum):
    admin = 1


def make_name():
    return "x"


class User(Base):
    """A person."""
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(30), default=make_name)  # shown in lists

    def posts_of(self, year):
        return [post for post in self.posts if post.year == year]


class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
    user = relationship(User, backref="posts")
`,
  'app/views.py': `
from sqlalchemy import select
from app.models import User


class Page:
    def show(self, session):
        return session.scalars(select(User)).all()
`,
  'app/other.py': 'class Nothing:\n    pass\n',
};

class Editing {
  readonly project: Project;
  graph: ModelGraph;

  constructor(of: Readonly<Record<string, string>>) {
    this.project = new Project(of);
    this.graph = buildModelGraph(this.project.program, this.project.snapshot);
  }

  /** Types one text in place of another; says whether the graph was built again. */
  replace(path: string, from: string, to: string): 'same graph' | 'new graph' {
    const before = this.project.file(path).text;
    expect(before).toContain(from);
    this.project.type(path, before.replace(from, to));
    const builds = graphBuilds(this.graph);
    const next = buildModelGraph(this.project.program, this.project.snapshot, this.graph);
    const answer = next === this.graph ? 'same graph' : 'new graph';
    expect(graphBuilds(next) - builds).toBe(answer === 'same graph' ? 0 : 1);
    this.graph = next;
    return answer;
  }
}

describe('typing that declares nothing keeps the graph', () => {
  test.each([
    ['in a method', 'app/models.py', 'post.year == year', 'post.year == year and post.seen'],
    ['in a view', 'app/views.py', 'session.scalars(select(User)).all()', 'session.scalars(select(User).where('],
    ['in a docstring', 'app/models.py', 'A person.', 'A person, or a program.'],
    ['in a comment', 'app/models.py', 'shown in lists', 'shown'],
    ['in a helper function', 'app/models.py', 'return "x"', 'return "y" + str(1)'],
    ['in a file without models', 'app/other.py', 'pass', 'x = 1'],
  ])('%s', (_, path, from, to) => {
    expect(new Editing(files).replace(path, from, to)).toBe('same graph');
  });
});

describe('what is declared makes a new graph', () => {
  test.each([
    ['a column', 'name = Column(String(30)', 'title = Column(String(30)'],
    ['a table name', '"posts"', '"articles"'],
    ['a base class', 'class Post(Base)', 'class Post(User)'],
    [
      'a new relation',
      '    user = relationship(User, backref="posts")',
      '    user = relationship(User, backref="articles")',
    ],
  ])('%s', (_, from, to) => {
    const editing = new Editing(files);
    const { key } = editing.graph;
    expect(editing.replace('app/models.py', from, to)).toBe('new graph');
    expect(editing.graph.key).not.toBe(key);
  });

  test('the key stays when no model changes', () => {
    const editing = new Editing(files);
    const { key } = editing.graph;
    expect(editing.replace('app/models.py', 'class Role(enum.Enum):', 'LIMIT = 3\n\n\nclass Role(enum.Enum):')).toBe(
      'new graph',
    );
    expect(editing.graph.key).toBe(key);
  });

  test('a declared_attr that computes the table name', () => {
    const editing = new Editing({
      'models.py': `
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

class Base(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls):
        return cls.__name__.lower()

class User(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
`,
    });
    expect(editing.graph.model('models.User')?.table?.name).toBe('user');
    expect(editing.replace('models.py', 'cls.__name__.lower()', 'cls.__name__.lower() + "s"')).toBe('new graph');
    expect(editing.graph.model('models.User')?.table?.name).toBe('users');
  });
});

test('declarations are found where they are now', () => {
  const editing = new Editing(files);
  const name = (): string => {
    const { range } = editing.graph.field(editing.graph.model('app.models.User')!, 'name')!.declared;
    return editing.project.file('app/models.py').text.slice(range.start, range.end);
  };
  expect(name()).toBe('name');
  expect(editing.replace('app/models.py', 'return "x"', 'return "a much longer text"')).toBe('same graph');
  expect(name()).toBe('name');
});

test('a workspace may lie in a folder that is called as those of migrations are', () => {
  const project = new Project({ 'versions/shop/models.py': files['app/models.py'] }, { folders: ['versions/shop'] });
  const graph = buildModelGraph(project.program, project.snapshot, undefined);
  expect(graph.relation(graph.model('models.Post')!, 'user')?.target).toBe('models.User');
  expect(declaredCatalog(graph).tables.map(({ name }) => name)).toEqual(['posts', 'users']);
});

test('a table is found by its name, of the application rather than of a migration', () => {
  const model = (name: string): string => `
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
Base = declarative_base()
class ${name}(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
`;
  const { graph } = new Editing({ 'alembic/versions/one.py': model('Old'), 'shop.py': model('User') });
  expect(graph.byTable(null, 'users')?.id).toBe('shop.User');
  expect(graph.byTable('public', 'users')).toBeUndefined();
});

test('files that import no ORM are not parsed', () => {
  const { project } = new Editing(files);
  expect(project.program.importsAnyOf('/project/app/other.py', ['sqlalchemy'])).toBe(false);
});

describe('bad input', () => {
  const nothing = (text: string): void => {
    const { graph } = new Editing({ 'models.py': text });
    expect(graph.models.every((model) => model.id.startsWith('models.'))).toBe(true);
  };
  test.each([
    '',
    '\u0000',
    'from sqlalchemy import *\nclass A(A): x = Column(',
    'from django.db import models\nclass A(models.Model):\n    class Meta: abstract = ',
  ])('%j', nothing);

  test('modules that import each other', () => {
    const { graph } = new Editing({
      'a.py':
        'from django.db import models\nfrom b import B\nclass A(models.Model):\n    b = models.ForeignKey(B, models.CASCADE)\n',
      'b.py':
        'from django.db import models\nfrom a import A\nclass B(models.Model):\n    a = models.ForeignKey(A, models.CASCADE)\n',
    });
    expect(graph.relation(graph.model('a.A')!, 'b')?.target).toBe('b.B');
    expect(graph.relation(graph.model('b.B')!, 'a')?.target).toBe('a.A');
  });

  test('names that only stand for each other', () => {
    nothing(
      'from sqlalchemy import Column\nBase = Other\nOther = Base\nclass A(Base):\n    __tablename__ = NAME\n    id = Column(primary_key=True)\nNAME = NAME2\nNAME2 = NAME\n',
    );
  });
});

describe('classes that are mapped from outside', () => {
  const mapped = {
    'domain.py': 'class Ship:\n    pass\n\n\nclass Port:\n    pass\n',
    'mapping.py': `
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import mapper, relationship
import domain

metadata = MetaData()
ports = Table("ports", metadata, Column("id", Integer, primary_key=True))
ships = Table("ships", metadata, Column("id", Integer, primary_key=True), Column("port_id", ForeignKey("ports.id")))


def start():
    mapper(domain.Port, ports)
    mapper(domain.Ship, ships, properties={"port": relationship(domain.Port)})
`,
  };

  test('have the columns of their tables', () => {
    const { graph } = new Editing(mapped);
    const ship = graph.model('domain.Ship')!;
    expect(ship.fields.map(({ name }) => name)).toEqual(['id', 'port_id']);
    expect(graph.relation(ship, 'port')).toMatchObject({ target: 'domain.Port', direction: 'forward' });
    expect(graph.mappedTo('mapping.ships')?.id).toBe('domain.Ship');
    expect(graph.tables).toEqual([]);
  });

  test.each([
    ['a relation of the call', 'mapping.py', '"port": relationship', '"home": relationship', 'new graph'],
    ['the class of the call', 'mapping.py', 'domain.Port, ports', 'domain.Harbour, ports', 'new graph'],
    ['a column of the table', 'mapping.py', '"port_id"', '"harbour_id"', 'new graph'],
    [
      'a method of the class',
      'domain.py',
      'class Ship:',
      'class Ship:\n    def sail(self):\n        return 1\n',
      'new graph',
    ],
    [
      'something else in a function',
      'mapping.py',
      'def start():',
      'def other():\n    return 1\n\n\ndef start():',
      'new graph',
    ],
  ] as const)('%s', (_, path, from, to, expected) => {
    const editing = new Editing(mapped);
    expect(editing.replace(path, from, to)).toBe(expected);
    expect(editing.graph.key).toBe(new Editing({ ...mapped, [path]: mapped[path].replace(from, to) }).graph.key);
  });

  test('say so when two calls map them', () => {
    const again = `${mapped['mapping.py']}\n\ndef start_again():\n    mapper(domain.Port, ships)\n`;
    const { graph } = new Editing({ ...mapped, 'mapping.py': again });
    expect(graph.model('domain.Port')!.unknown).toEqual(['`Port` is mapped more than once']);
  });

  test('a line in a function that maps nothing keeps the graph', () => {
    const other = { ...mapped, 'mapping.py': `${mapped['mapping.py']}\n\ndef other():\n    return 1\n` };
    expect(new Editing(other).replace('mapping.py', 'return 1', 'return 2')).toBe('same graph');
  });
});
