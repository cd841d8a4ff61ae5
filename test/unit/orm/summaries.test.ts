/** What functions do with what they are given, also through the functions they call. */
import { expect, test } from 'vitest';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import { type SessionEffects, summariesOf } from '../../../server/src/orm/summaries/summaries.ts';
import { Project } from '../../harness/project.ts';

const repo = `
class Repo:
    def __init__(self, session):
        self.session = session

    def add(self, row):
        self.session.add(row)

    def keep(self, row):
        self.add(row)
        self.finish()

    def finish(self):
        self.session.commit()
`;

function summarise(files: Readonly<Record<string, string>>, name: string) {
  const project = new Project(files);
  const { program, snapshot } = project;
  const inference = createInference(program, buildModelGraph(program, snapshot));
  const file = project.file('main.py');
  const [className, method] = name.split('.');
  const outer = file.scope.bindings.get(className!)!.at(-1)!;
  const cls = outer.kind === 'class' ? outer.node : null;
  const binding = method !== undefined && cls ? program.scopeOf(file, cls)!.bindings.get(method)!.at(-1)! : outer;
  if (binding.kind !== 'function') throw new Error(`${name} is no function`);
  return { summaries: summariesOf(inference), of: { file, node: binding.node } };
}

function usesOf(text: string, name: string): string[] {
  const { summaries, of } = summarise({ 'main.py': text }, name);
  return summaries
    .usesOf(of)
    .map(({ root, steps, calls, kind, isCertain }) =>
      [
        kind === 'read' ? '' : `${kind} `,
        [root, ...steps, ...calls.map((call) => `${call}()`)].join('.'),
        isCertain ? '' : '?',
      ].join(''),
    );
}

function effectsOf(files: Readonly<Record<string, string>>, name: string): string {
  const { summaries, of } = summarise(files, name);
  return textOf(summaries.sessionEffectsOf(of));
}

const textOf = (effects: SessionEffects): string =>
  Object.entries(effects)
    .filter(([, happens]) => happens)
    .map(([what]) => what)
    .join(' ');

test('attributes, rows and aliases of parameters', () => {
  const text = `
def show(post, rows):
    author = post.author
    print(author.name)
    for i, row in enumerate(rows.all()):
        row.tags.all().filter(x=1)
    return [each.owner.id for each in rows]
`;
  expect(usesOf(text, 'show')).toEqual([
    'post.author',
    'post.author.name',
    'rows.all()',
    'rows.*.tags.all().filter()',
    'rows.*.owner.id',
  ]);
});

test('through functions, with the path to what they are given', () => {
  const text = `
def label(user):
    return user.group.name

def line(post):
    return label(post.author)
`;
  expect(usesOf(text, 'line')).toEqual(['post.author', 'post.author.group.name', 'escape post.author.group.name']);
});

test('functions that call each other end', () => {
  const text = `
def up(node):
    node.title
    return down(node.parent)

def down(node):
    node.size
    return up(node)
`;
  const uses = usesOf(text, 'up');
  expect(uses).toContain('node.parent.parent.title');
  expect(uses).toContain('node.parent.parent.parent.size');
  expect(Math.max(...uses.map((use) => use.split('.').length))).toBe(7);
});

test('a condition makes uncertain, unless it looks at the same thing', () => {
  const text = `
def show(post, full):
    if post.author_id:
        post.author
    if full:
        post.tags
    if not post.live:
        return
    post.comments
`;
  expect(usesOf(text, 'show')).toEqual(['post.author_id', 'post.author', 'post.tags?', 'post.live', 'post.comments?']);
});

test('what is written, and what is kept or handed to strangers', () => {
  const text = `
import json

def show(post, other):
    post.author = 1
    print(f"{post}")
    json.dumps(other)
    post.author.name
`;
  expect(usesOf(text, 'show')).toEqual(['write post.author', 'text post', 'escape other']);
});

test('a session that is given', () => {
  const text = `
from sqlalchemy import select, update

def read(session):
    return session.execute(select(1)).all()

def change(session):
    session.execute(update(1))

def save(session, row):
    session.add(row)
    done(session)

def done(session):
    session.commit()

def drop(session):
    session.query(1).delete()
    session.rollback()
    session.close()

def keep(session):
    return [session]

def own(engine):
    with Session(engine) as session:
        session.add(1)
        session.commit()
`;
  expect(effectsOf({ 'main.py': text }, 'read')).toBe('');
  expect(effectsOf({ 'main.py': text }, 'change')).toBe('writes');
  expect(effectsOf({ 'main.py': text }, 'save')).toBe('writes commits expires');
  expect(effectsOf({ 'main.py': text }, 'drop')).toBe('writes rollsBack closes');
  expect(effectsOf({ 'main.py': text }, 'keep')).toBe('escapes');
  expect(effectsOf({ 'main.py': text }, 'own')).toBe('');
});

test('the session of an object, and one that all know', () => {
  expect(effectsOf({ 'main.py': repo }, 'Repo.keep')).toBe('writes commits expires');
  expect(effectsOf({ 'main.py': repo }, 'Repo.__init__')).toBe('escapes');
  const files = {
    'ext.py': 'from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n',
    'crud.py': 'from ext import db\n\ndef save(row):\n    db.session.add(row)\n    db.session.commit()\n',
    'main.py': 'from crud import save\n\ndef create(row):\n    save(row)\n',
  };
  expect(effectsOf(files, 'create')).toBe('writes commits expires');
});
