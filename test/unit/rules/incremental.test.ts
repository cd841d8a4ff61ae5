/** What the rules found is kept for each function until something it was made from changes. */
import { describe, expect, test } from 'vitest';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import type { ModelGraph } from '../../../server/src/orm/model.ts';
import { defaultRuleSettings, type RuleSettings } from '../../../server/src/rules/levels.ts';
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

  readonly #settings: RuleSettings;

  constructor(files: Readonly<Record<string, string>>, settings = defaultRuleSettings) {
    this.#settings = settings;
    this.project = new Project(files);
  }

  check(path: string): RuleFinding[] {
    const { program, snapshot } = this.project;
    this.#graph = buildModelGraph(program, snapshot, this.#graph);
    const inference = createInference(program, this.#graph);
    const file = this.project.file(path);
    return this.#rules.run({ file, program, graph: this.#graph, inference, settings: this.#settings });
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

  test('only the function that was typed in', () => {
    const editor = opened();
    editor.replace('shop/users.py', 'return 1', 'return 12');
    expect(editor.checksOf('shop/users.py')).toBe(1);
    expect(editor.checksOf('shop/tags.py')).toBe(0);
  });

  test('the method that was typed in, not the others of its class', () => {
    const editor = opened();
    editor.replace('shop/users.py', 'return "Users"', 'return "All users"');
    // The method and the header of its class.
    expect(editor.checksOf('shop/users.py')).toBe(2);
  });

  test('nothing when lines come above', () => {
    const editor = opened();
    const [first] = editor.check('shop/users.py');
    editor.replace('shop/users.py', '\nfrom sqlalchemy import', '\n# A comment.\nfrom sqlalchemy import');
    expect(editor.checksOf('shop/users.py')).toBe(0);
    const [moved] = editor.check('shop/users.py');
    expect(moved!.range.start).toBe(first!.range.start + '# A comment.\n'.length);
  });

  test('who calls the function that was typed in, in another file too', () => {
    const editor = opened();
    editor.replace('shop/queries.py', 'select(User))', 'select(User).limit(3))');
    expect(editor.checksOf('shop/users.py')).toBe(1);
    expect(editor.checksOf('shop/tags.py')).toBe(0);
  });

  test('nobody when a function is typed in that nobody calls', () => {
    const editor = opened();
    editor.replace('shop/queries.py', 'len(rows)', 'len(list(rows))');
    expect(editor.checksOf('shop/users.py')).toBe(0);
  });

  test('who uses an attribute of self when the method that assigns it was typed in', () => {
    const editor = opened();
    editor.replace('shop/users.py', 'self.session = session', 'self.session = (session)');
    // The method, the header of its class, and the method that reads it.
    expect(editor.checksOf('shop/users.py')).toBe(3);
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

describe('what functions do with a row is summed up again', () => {
  const labels = {
    ...shop,
    'shop/labels.py': `
def owner(post):
    return post.user.id


def label(post):
    return owner(post)


def key(post):
    return post.id


def even(post, n):
    return key(post) if n == 0 else odd(post, n - 1)


def odd(post, n):
    return even(post, n - 1)


def unused(post):
    return post.user
`,
    'shop/posts.py': `
from sqlalchemy import select
from sqlalchemy.orm import Session
from shop.labels import even, key, label
from shop.models import Post


def by_label(session: Session):
    return [label(post) for post in session.scalars(select(Post))]


def by_key(session: Session):
    return [key(post) for post in session.scalars(select(Post))]


def in_circles(session: Session):
    return [even(post, 3) for post in session.scalars(select(Post))]


def nothing():
    return 1
`,
  };
  const openedLabels = (): Editor => {
    const editor = new Editor(labels);
    editor.check('shop/posts.py');
    return editor;
  };
  const messages = (editor: Editor): string[] => editor.check('shop/posts.py').map(({ message }) => message);

  test('for who reaches the function, through others too', () => {
    const editor = openedLabels();
    expect(messages(editor)).toEqual(['`post` runs one query per Post, to load Post.user']);
    editor.replace('shop/labels.py', 'return post.user.id', 'return post.user_id');
    expect(editor.checksOf('shop/posts.py')).toBe(1);
    expect(messages(editor)).toEqual([]);
  });

  test('for who reaches it through functions that call each other in circles', () => {
    const editor = openedLabels();
    editor.replace('shop/labels.py', 'return even(post, n - 1)', 'return even(post, n - 2)');
    expect(editor.checksOf('shop/posts.py')).toBe(1);
    editor.replace('shop/labels.py', 'return post.id', 'return post.user');
    // `by_key`, and `in_circles` through `even`.
    expect(editor.checksOf('shop/posts.py')).toBe(2);
  });

  test('for nobody when nobody reaches it', () => {
    const editor = openedLabels();
    editor.replace('shop/labels.py', 'return post.user\n', 'return post.user.id\n');
    expect(editor.checksOf('shop/posts.py')).toBe(0);
  });
});

test('a place in another file moves with the text there', () => {
  const editor = opened();
  const queryOf = (): string => {
    const finding = editor.check('shop/users.py')[1]!;
    const { range } = finding.related!.find(({ path }) => path.endsWith('queries.py'))!;
    return editor.project.file('shop/queries.py').text.slice(range.start, range.end);
  };
  expect(queryOf()).toBe('select(User)');
  editor.replace('shop/queries.py', '\nfrom sqlalchemy', '\n"""Queries."""\n\nfrom sqlalchemy');
  expect(editor.checksOf('shop/users.py')).toBe(0);
  expect(queryOf()).toBe('select(User)');
});

const blog = {
  'blog/__init__.py': '',
  'blog/models.py': `
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
`,
};

test('a field that a serializer in another file gets is seen', () => {
  const editor = new Editor({
    ...blog,
    'blog/serializers.py': `
from rest_framework import serializers


class AuthorSerializer(serializers.Serializer):
    name = serializers.CharField()


class BookSerializer(serializers.Serializer):
    id = serializers.IntegerField()
`,
    'blog/views.py': `
from rest_framework import generics
from blog.models import Book
from blog.serializers import BookSerializer


class Books(generics.ListAPIView):
    queryset = Book.objects.all()
    serializer_class = BookSerializer
`,
  });
  expect(editor.check('blog/views.py')).toEqual([]);
  editor.replace('blog/serializers.py', 'id = serializers.IntegerField()', 'author = AuthorSerializer()');
  expect(editor.check('blog/views.py').map(({ rule }) => rule)).toEqual(['lazy-load-in-serializer']);
});

test('what a template reads is seen when it is edited', () => {
  const files = {
    ...blog,
    'blog/views.py': `
from django.shortcuts import render
from blog.models import Book


def index(request):
    return render(request, "books.html", {"books": Book.objects.all()})


def nothing():
    return 1
`,
    'templates/books.html': '{% for book in books %}{{ book.pk }}{% endfor %}',
  };
  const editor = new Editor(files, { ...defaultRuleSettings, levels: { 'lazy-load-in-template': 'on' } });
  const rulesFound = (): string[] => editor.check('blog/views.py').map(({ rule }) => rule);
  const write = (text: string): void => editor.project.write('templates/books.html', text);
  expect(rulesFound()).toEqual([]);
  write('{% for book in books %}{{ book.author.name }}{% endfor %}');
  expect(rulesFound()).toEqual(['lazy-load-in-template']);
  write('{% extends "base.html" %}{% block list %}{% for book in books %}{{ book.pk }}{% endfor %}{% endblock %}');
  expect(rulesFound()).toEqual([]);
  // A template that was looked for in vain.
  editor.project.write('templates/base.html', '{% for book in books %}{{ book.author }}{% endfor %}');
  expect(rulesFound()).toEqual(['lazy-load-in-template']);
});
