/** The built command line: what it prints, its JSON against the schemas of docs/schemas, and its exit statuses. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { runCli } from '../harness/cli.ts';
import { sarifErrors } from '../harness/sarif.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ormsight-cli-'));
  writeFileSync(join(folder, 'pyproject.toml'), '[project]\nname = "blog"\ndependencies = ["sqlalchemy>=2.0,<2.1"]\n');
  writeFileSync(
    join(folder, 'blog.py'),
    `from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

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

def find(session: Session, name: str):
    return session.scalars(select(User).where(User.name == name)).all()

def count(session: Session):
    return sum(len(user.posts) for user in session.scalars(select(User)))
`,
  );
  writeFileSync(join(folder, 'broken.py'), 'from sqlalchemy import select\nselect(User).where( == "John"\nclass (\n');
  writeFileSync(join(folder, 'picture.py'), Buffer.from([0x89, 0x50, 0, 0, 0xff]));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function validate(name: string, text: string): unknown {
  const value: unknown = JSON.parse(text);
  const ajv = new Ajv({ allErrors: true });
  const schema = JSON.parse(readFileSync(join(root, `docs/schemas/${name}.schema.json`), 'utf8')) as object;
  expect(ajv.validate(schema, value), ajv.errorsText()).toBe(true);
  return value;
}

test('sql --format json follows its schema, with names relative to the working directory', async () => {
  const { status, stdout } = await runCli(['sql', 'blog.py', '--format', 'json', '--dialect', 'postgresql'], folder);
  expect(status).toBe(0);
  const [first] = validate('sql', stdout) as Record<string, unknown>[];
  expect(first).toMatchObject({
    file: 'blog.py',
    function: 'find',
    orm: 'sqlalchemy',
    dialect: 'postgresql',
    driver: 'psycopg2',
    status: 'exact',
    reason: null,
    range: { start: { line: 18, character: 11 }, end: { line: 18, character: 71 } },
    statements: [
      {
        sql: 'SELECT users.id, users.name \nFROM users \nWHERE users.name = %(name_1)s',
        params: [{ name: 'name_1', hole: 'name' }],
        role: 'query',
        when: null,
      },
    ],
  });
});

test('sql --at shows the query of one line', async () => {
  const { stdout } = await runCli(['sql', '--at', 'blog.py:22', '--dialect', 'sqlite'], folder);
  expect(stdout).toContain('blog.py:22:44 in count');
  expect(stdout).not.toContain('in find');
});

test('models --format json follows its schema', async () => {
  const { status, stdout } = await runCli(['models', 'blog.py', '--format', 'json'], folder);
  expect(status).toBe(0);
  const catalog = validate('models', stdout) as { tables: { name: string }[] };
  expect(catalog.tables.map(({ name }) => name)).toEqual(['posts', 'users']);
});

test('check ends with 1 when it found something, and points at it', async () => {
  const json = await runCli(['check', '.', '--format', 'json'], folder);
  expect(json.status).toBe(1);
  expect(validate('check', json.stdout)).toHaveLength(1);
  const { stdout } = await runCli(['check', 'blog.py'], folder);
  expect(stdout).toContain('blog.py:22:20: warning[lazy-load-in-loop]');
  expect(stdout).toMatch(/\n +\^{10}\n/);
});

test('check --format sarif is SARIF 2.1.0', async () => {
  const { status, stdout } = await runCli(['check', '.', '--format', 'sarif'], folder);
  expect(status).toBe(1);
  const log = JSON.parse(stdout) as { runs: { results: { ruleId: string; fixes: unknown[] }[] }[] };
  expect(sarifErrors(stdout)).toBe('');
  expect(log.runs[0]!.results.map(({ ruleId }) => ruleId)).toEqual(['lazy-load-in-loop']);
  expect(log.runs[0]!.results[0]!.fixes).toHaveLength(1);
});

test('check --format github annotates the lines', async () => {
  const { stdout } = await runCli(['check', '.', '--format', 'github'], folder);
  expect(stdout).toBe(
    '::warning file=blog.py,line=22,endLine=22,col=20,endColumn=30,title=lazy-load-in-loop::`user.posts` runs one query per User\n',
  );
});

test('check --select and --ignore choose the rules', async () => {
  expect((await runCli(['check', '.', '--ignore', 'lazy-load-in-loop'], folder)).status).toBe(0);
  expect((await runCli(['check', '.', '--select', 'lazy-load-in-loop'], folder)).status).toBe(1);
});

test('check --baseline shows what is new', async () => {
  const known = await runCli(['check', '.', '--format', 'json'], folder);
  writeFileSync(join(folder, 'known.json'), known.stdout);
  expect(await runCli(['check', '.', '--baseline', 'known.json'], folder)).toMatchObject({ status: 0, stdout: '' });
  const text = readFileSync(join(folder, 'blog.py'), 'utf8');
  writeFileSync(
    join(folder, 'blog.py'),
    `"""A blog."""\n\n${text.replace('def count', 'def nothing():\n    pass\n\ndef count')}`,
  );
  expect(await runCli(['check', '.', '--baseline', 'known.json'], folder)).toMatchObject({ status: 0, stdout: '' });
  writeFileSync(join(folder, 'blog.py'), text);
  writeFileSync(
    join(folder, 'more.py'),
    `from sqlalchemy import select
from blog import User

def names(session):
    return [user.posts for user in session.scalars(select(User))]
`,
  );
  const { status, stdout } = await runCli(['check', '.', '--baseline', 'known.json'], folder);
  rmSync(join(folder, 'more.py'));
  expect(status).toBe(1);
  expect(stdout).toMatch(/^more\.py:5:13: /);
});

test('check --fix writes the fixes, and leaves files alone that are not UTF-8', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'ormsight-fix-'));
  const text = readFileSync(join(folder, 'blog.py'), 'utf8');
  writeFileSync(join(copy, 'blog.py'), `\uFEFF${text}`);
  const latin = text.replace(/^/, '# -*- coding: latin-1 -*-\n# caf\u00e9\nfrom sqlalchemy.orm import Session as _\n');
  writeFileSync(join(copy, 'latin.py'), Buffer.from(latin, 'latin1'));
  const { status, stderr } = await runCli(['check', '.', '--fix'], copy);
  const fixed = readFileSync(join(copy, 'blog.py'), 'utf8');
  const untouched = readFileSync(join(copy, 'latin.py'), 'latin1');
  rmSync(copy, { recursive: true });
  expect(fixed).toContain('\uFEFFfrom sqlalchemy import ForeignKey, select\n');
  expect(fixed).toContain('session.scalars(select(User).options(selectinload(User.posts)))');
  expect(untouched).toBe(latin);
  expect(stderr).toContain('latin.py: not fixed');
  expect(status).toBe(1);
});

test('alone it checks, and says that it has no SQL', async () => {
  const alone = mkdtempSync(join(tmpdir(), 'ormsight-alone-'));
  const program = join(alone, 'cli.cjs');
  copyFileSync(join(root, 'dist/cli.cjs'), program);
  expect((await runCli(['check', '.'], folder, program)).stdout).toContain('warning[lazy-load-in-loop]');
  const { status, stderr } = await runCli(['sql', '.'], folder, program);
  rmSync(alone, { recursive: true });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^ormsight: this is the command line alone, [^\n]+\n$/);
});

test('`npm pack` takes the command line and nothing else', () => {
  const npm = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' });
  const [{ files }] = JSON.parse(npm.stdout) as [{ files: { path: string }[] }];
  const code = files.map(({ path }) => path).filter((path) => path.startsWith('dist/'));
  expect(code).toEqual(['dist/cli.cjs', 'dist/THIRD_PARTY_NOTICES.txt']);
});

test('a broken file stays quiet, an unreadable one is named, and the rest goes on', async () => {
  const { status, stdout, stderr } = await runCli(['sql', '.', '--dialect', 'sqlite'], folder);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^ormsight: picture\.py: left out, .+\n$/);
  expect(stdout).toContain('blog.py:19:12 in find: exact');
});

test.each([
  [['sql', 'missing.py'], /^ormsight: missing\.py: there is no such file or folder\n$/],
  [['sql'], /^ormsight: sql needs a file or a folder: .*\n$/],
  [
    ['sql', 'blog.py', '--dialect', 'oracle'],
    /^ormsight: --dialect is one of postgresql, sqlite, mysql, not 'oracle'\n$/,
  ],
  [['models', 'blog.py', '--driver', 'x'], /^ormsight: --driver belongs to ormsight sql .*\n$/],
  [['fix'], /^ormsight: 'fix' is no command; .*\n$/],
  [['check', '.', '--select', 'lazy-lode'], /^ormsight: 'lazy-lode' is no rule; .*\n$/],
  [['check', '.', '--baseline', 'nowhere.json'], /^ormsight: nowhere\.json: there is no such baseline\n$/],
  [['check', '.', '--baseline', 'blog.py'], /^ormsight: blog\.py: the baseline cannot be read\n$/],
  [['sql', '.', '--fix'], /^ormsight: --fix belongs to ormsight check .*\n$/],
])('%j could not run: one line says why', async (args, message) => {
  const { status, stdout, stderr } = await runCli(args, folder);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test.each([[['--help']], [['sql', '--help']], [['help', 'check']]])('%j explains', async (args) => {
  const { status, stdout } = await runCli(args, folder);
  expect(status).toBe(0);
  expect(stdout).toContain('Exit status');
});
