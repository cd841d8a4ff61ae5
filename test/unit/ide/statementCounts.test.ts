import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../server/src/ide/createEngine.ts';
import { StatementCounts } from '../../../server/src/ide/statementCounts.ts';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import type { ModelGraph } from '../../../server/src/orm/model.ts';
import { Project, root } from '../../harness/project.ts';

const sqlalchemy = `from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship()

class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    comments: Mapped[list["Comment"]] = relationship()

class Comment(Base):
    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
`;

const django = `from django.db import models
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, render

class Author(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        app_label = "blog"

class Post(models.Model):
    title = models.CharField(max_length=50)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)

    class Meta:
        app_label = "blog"
`;

/** What stands above the last function of some code over models; null where nothing does. */
async function lensOf(models: string, code: string): Promise<string | null> {
  const text = `${models}\n${code}`;
  const project = new Project({ 'blog/models.py': text });
  const settings = () => ({ dialect: null, driver: null });
  const engine = createEngine({ workspace: project.workspace, renderer: null, settings });
  const name = text.lastIndexOf('\ndef ') + 5;
  const lenses = await engine.statementsIn(`${root}/blog/models.py`);
  return lenses.find(({ range }) => range.start === name)?.text ?? null;
}

describe('SQLAlchemy', () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['one query', 'return session.scalars(select(User)).all()', '1 statement'],
    ['a statement that is only built', 'return select(User)', null],
    [
      'one after the other',
      'a = session.scalar(select(func.count()).select_from(User))\n    return a, session.scalars(select(Post)).all()',
      '2 statements',
    ],
    [
      'a lazy load per row',
      'for user in session.scalars(select(User)):\n        print(user.posts)',
      '1 + N statements',
    ],
    [
      'loops in loops',
      'for user in session.scalars(select(User)):\n        for post in user.posts:\n            print(post.comments)',
      '1 + N + N × M statements',
    ],
    [
      'loaded with the query',
      'for user in session.scalars(select(User).options(joinedload(User.posts))).unique():\n        print(user.posts)',
      '1 statement',
    ],
    [
      'loaded with a query of its own',
      'for user in session.scalars(select(User).options(selectinload(User.posts).selectinload(Post.comments))):\n        print(user.posts)',
      '3 statements',
    ],
    [
      'a query per round of any loop',
      'for name in names:\n        session.scalars(select(User).where(User.name == name)).all()',
      'N statements',
    ],
    [
      'a loop over what is written out',
      'for name in ("a", "b"):\n        session.scalars(select(User).where(User.name == name)).all()',
      '2 statements',
    ],
    [
      'a query in one branch',
      'if names:\n        return session.scalars(select(User)).all()\n    return []',
      'up to 1 statement',
    ],
    [
      'one in each branch',
      'if names:\n        return session.scalars(select(User)).all()\n    return session.scalars(select(Post)).all()',
      '1 statement',
    ],
    [
      'a branch that raises',
      'user = session.scalars(select(User)).first()\n    if not user:\n        raise ValueError(names)\n    return user',
      '1 statement',
    ],
    ['what the session may have', 'return session.get(User, 1)', 'up to 1 statement'],
    ['a write', 'session.add(User(name="a"))\n    session.commit()', 'at least 1 statement'],
    ['a commit of nothing that is seen', 'session.commit()', null],
    ['an unknown call', 'users = session.scalars(select(User)).all()\n    names.send(users)', 'at least 1 statement'],
    [
      'a relation of one object',
      'user = session.scalars(select(User)).one()\n    return user.posts',
      'up to 2 statements',
    ],
    ['a legacy query', 'return session.query(User).filter_by(name="a").first()', '1 statement'],
    ['a legacy query that is iterated', 'return [user.name for user in session.query(User)]', '1 statement'],
    ['nothing to do with a database', 'return [name.upper() for name in names]', null],
  ];
  test.for(cases)('%s', async ([, body, expected]) => {
    expect(await lensOf(sqlalchemy, `def f(session: Session, names):\n    ${body}\n`)).toBe(expected);
  });

  test('of the functions that it calls', async () => {
    const code = `def load(session: Session):
    return session.scalars(select(User)).all()

def f(session: Session):
    for name in ("a", "b", "c"):
        load(session)
    return load(session)
`;
    expect(await lensOf(sqlalchemy, code)).toBe('4 statements');
  });

  test('of a function that may keep its answers', async () => {
    const code = `from functools import cache

@cache
def load(session: Session):
    return session.scalars(select(User)).all()

def f(session: Session):
    session.scalars(select(Post)).all()
    return load(session)
`;
    expect(await lensOf(sqlalchemy, code)).toBe('at least 1 statement');
  });

  test('functions that call each other in a circle', async () => {
    const code = `def a(session: Session):
    return b(session)

def b(session: Session):
    session.scalars(select(User)).all()
    return a(session)
`;
    expect(await lensOf(sqlalchemy, code)).toBe('at least 1 statement');
  });
});

describe('Django', () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['a queryset that is only built', 'return Post.objects.filter(title="a")', null],
    ['a queryset that is iterated', 'return [post.title for post in Post.objects.all()]', '1 statement'],
    [
      'a queryset that keeps its rows',
      'posts = Post.objects.all()\n    if posts:\n        print(len(posts))\n    return [post.title for post in posts]',
      '1 statement',
    ],
    ['a lazy load per row', 'return [post.author.name for post in Post.objects.all()]', '1 + N statements'],
    [
      'loaded with the query',
      'return [post.author.name for post in Post.objects.select_related("author")]',
      '1 statement',
    ],
    [
      'prefetched',
      'return [[post.title for post in author.post_set.all()] for author in Author.objects.prefetch_related("post_set")]',
      '2 statements',
    ],
    [
      'prefetched with what is not written out',
      'return list(Author.objects.prefetch_related(*request))',
      'at least 1 statement',
    ],
    [
      'a shortcut and a page',
      'post = get_object_or_404(Post, pk=1)\n    return JsonResponse({"title": post.title})',
      '1 statement',
    ],
    [
      'a template that gets a queryset',
      'post = Post.objects.get(pk=1)\n    return render(request, "a.html", {"posts": Post.objects.all(), "post": post})',
      'at least 1 statement',
    ],
    [
      'who asks',
      'if request.user.is_staff:\n        return Post.objects.count()\n    return Post.objects.count()',
      'at least 1 statement',
    ],
    ['a save', 'post = Post(title="a")\n    post.save()', 'at least 1 statement'],
    [
      'a related manager of a row that is narrowed',
      'for author in Author.objects.all():\n        print(author.post_set.filter(title="a").count())',
      '1 + N statements',
    ],
    [
      'a queryset asked in a loop',
      'posts = Post.objects.all()\n    for each in request:\n        print(len(posts))',
      'up to 1 statement',
    ],
  ];
  test.for(cases)('%s', async ([, body, expected]) => {
    expect(await lensOf(django, `def f(request):\n    ${body}\n`)).toBe(expected);
  });
});

test('code that cannot be read', async () => {
  for (const code of ['def f(session: Session:\n    session.', 'def f(\n', 'def f(x): return ' + '('.repeat(2000)])
    expect(await lensOf(sqlalchemy, code)).toBeNull();
});

test('a key counts the function that it is in', async () => {
  const code = (name: string): string => `${sqlalchemy}
def a(session: Session):
    return session.scalars(select(User).where(User.name == "${name}")).all()

def b(session: Session):
    return session.scalars(select(Post)).all()
`;
  const project = new Project({ 'app.py': code('a') });
  const counts = new StatementCounts();
  let graph: ModelGraph | undefined;
  const count = async (): Promise<readonly string[]> => {
    const { program } = project;
    graph = buildModelGraph(program, project.snapshot, graph);
    const inference = createInference(program, graph);
    const file = project.file('app.py');
    const run = { file, program, graph, inference, isOld: () => false, cancellation: undefined };
    return (await counts.of(run)).map(({ text }) => text);
  };
  expect(await count()).toEqual(['1 statement', '1 statement']);
  expect(counts.counted).toBe(2);
  project.type('app.py', code('ab'));
  expect(await count()).toEqual(['1 statement', '1 statement']);
  expect(counts.counted).toBe(3);
});
