/** Makes the projects that the examples of a page are read in. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseModule } from '../../server/src/python/syntax/parser.ts';
import { walk } from '../../server/src/python/syntax/visit.ts';
import type { DialectName } from '../../server/src/query/program.ts';
import { examplesIn } from './extract.ts';
import type { Names, Native } from './native.ts';
import { definitions, needed, partsOf, type Script, script as scriptOf, scriptsOf, statementsOf } from './scripts.ts';
import type { Page, Source } from './sources.ts';

export interface PageProject {
  readonly files: Readonly<Record<string, string>>;
  /** The script among them. */
  readonly path: string;
  readonly module: string;
  readonly script: Script;
  readonly isProgram: boolean;
}

/** `folder` is the root of the source distribution. */
export async function projectsOf(
  source: Source,
  page: Page,
  folder: string,
  names: Names,
  native: Native,
): Promise<PageProject[]> {
  if (page.files[0]!.includes('*')) return programs(source, page, folder);
  const text = page.files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  const presupposed = page.presupposed
    ? readFileSync(join(import.meta.dirname, 'presupposed', page.presupposed), 'utf8')
    : '';
  const examples = examplesIn(text)
    .filter(({ from }) => from === 'session' || page.listings)
    .flatMap((example) => statementsOf(example).map((code) => ({ ...example, code })));
  if (source.orm === 'django')
    return djangoProjects(
      source,
      page,
      examples.map(({ code }) => code),
      presupposed,
      names,
      native,
    );
  const codes = examples.map(({ code }) => code);
  // What a page imports late it may use before, as its reader has it.
  const defined = definedNames(codes.join('\n'));
  const preamble = `${importsFor(codes, names, [...defined, ...boundNames(presupposed)])}${presupposed}`;
  return scriptsOf(codes, page, preamble).map((script) => ({
    files: { 'page.py': script.source, 'requirements.txt': `${source.name}==${source.version}\n` },
    path: 'page.py',
    module: 'page',
    script,
    isProgram: false,
  }));
}

/** Each file is run as it is, with the modules beside it if it imports them. */
function programs(source: Source, page: Page, folder: string): PageProject[] {
  const found = page.files.flatMap((pattern) => globSync(pattern, { cwd: folder })).toSorted();
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  return found
    .filter((path) => !/^(__init__|conftest|test_.*|annotations)\.py$/.test(basename(path)))
    .map((path) => {
      const text = read(path);
      const package_ = basename(dirname(path));
      const needed = /^from \./m.test(text) ? found.filter((other) => dirname(other) === dirname(path)) : [path];
      const files = needed.map((other) => [`${package_}/${basename(other)}`, read(other)]);
      return {
        files: { ...Object.fromEntries(files), 'requirements.txt': `${source.name}==${source.version}\n` },
        path: `${package_}/${basename(path)}`,
        module: `${package_}.${basename(path, '.py')}`,
        script: { source: text, examples: [[0, text.split('\n').length - 1]], before: null },
        isProgram: true,
      };
    });
}

const APP = 'blog';

/** Classes that models are made of go to `blog/models.py`, all else to `blog/page.py`. */
async function djangoProjects(
  source: Source,
  page: Page,
  examples: readonly string[],
  presupposed: string,
  names: Names,
  native: Native,
): Promise<PageProject[]> {
  const ofPage = examples.filter((code) => !/^from (\.|blog\b|myapp\b|app\b)/.test(code));
  const given = statementsOf({ code: presupposed, from: 'block' });
  const modelClasses = modelClassesIn([...given, ...ofPage]);
  const isOfModels = (code: string): boolean =>
    definitions(code).some(({ kind, name }) => kind === 'ClassDef' && modelClasses.has(name));
  const projects: PageProject[] = [];
  for (const { before, own } of partsOf([...given, ...ofPage], page)) {
    const models = [...needed(before.filter(isOfModels), own, false), ...own.filter(isOfModels)];
    const imports = [...before, ...own].filter((code) => /^(from|import) /.test(code));
    const working = await native.workingStatements(
      [importsFor(models, names), ...new Set(imports), ...models],
      page.dialect ?? 'sqlite',
    );
    const classes = definitions(working.join('\n')).flatMap(({ kind, name }) => (kind === 'ClassDef' ? name : []));
    const rest = own.filter((code) => !isOfModels(code) && !given.includes(code));
    const imported = classes.length > 0 ? `from ${APP}.models import ${classes.join(', ')}\n` : '';
    const script = scriptOf(
      importsFor(rest, names, [...classes, ...boundNames(rest.join('\n'))]) + imported,
      rest,
      null,
    );
    projects.push({
      files: {
        [`${APP}/__init__.py`]: '',
        [`${APP}/models.py`]: working.map((code) => `${code}\n`).join(''),
        [`${APP}/page.py`]: script.source,
        'settings.py': settingsFile(page.dialect ?? 'sqlite'),
        'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
        'requirements.txt': `${source.name}==${source.version}\n`,
      },
      path: `${APP}/page.py`,
      module: `${APP}.page`,
      script,
      isProgram: false,
    });
  }
  return projects;
}

/** Names of classes that models are made of: by what they inherit from, also from each other. */
function modelClassesIn(examples: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { kind, name, text } of examples.flatMap(definitions)) {
    const bases = kind === 'ClassDef' ? (/class \w+\((.*)/.exec(text)?.[1] ?? '') : '';
    if (/models\.|Model|Manager|QuerySet|Field/.test(bases) || bases.split(/\W+/).some((base) => found.has(base)))
      found.add(name);
  }
  return found;
}

function settingsFile(dialect: DialectName): string {
  const engine = { sqlite: 'sqlite3', postgresql: 'postgresql', mysql: 'mysql' }[dialect];
  const apps = [
    'django.contrib.contenttypes',
    'django.contrib.auth',
    ...(dialect === 'postgresql' ? ['django.contrib.postgres'] : []),
    APP,
  ];
  return [
    `SECRET_KEY = 'secret'`,
    `INSTALLED_APPS = ${JSON.stringify(apps)}`,
    `DATABASES = {'default': {'ENGINE': 'django.db.backends.${engine}', 'NAME': 'page'}}`,
    `DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'`,
    'USE_TZ = True\n',
  ].join('\n');
}

/** Names of the standard library and of Django that pages use as a matter of course. */
const COMMON: readonly (readonly [name: string, module: string])[] = [
  ['date', 'datetime'],
  ['timedelta', 'datetime'],
  ['Decimal', 'decimal'],
];

/** Import lines for names that code uses without saying where they come from, as far as it is clear. */
function importsFor(
  code: readonly string[],
  names: Names,
  taken: readonly string[] = boundNames(code.join('\n')),
): string {
  const all = code.join('\n');
  const bound = new Set(taken);
  const wanted = new Map<string, string[]>();
  for (const name of usedNames(all)) {
    if (bound.has(name)) continue;
    const module =
      names.find(([, there]) => there.includes(name))?.[0] ?? COMMON.find(([known]) => known === name)?.[1];
    if (module) wanted.set(module, [...(wanted.get(module) ?? []), name]);
  }
  const lines = [...wanted].map(([module, those]) => `from ${module} import ${those.toSorted().join(', ')}\n`);
  if (/\bdatetime\.(date|datetime|time|timedelta|timezone)\b/.test(all) && !bound.has('datetime'))
    lines.unshift('import datetime\n');
  else if (/\bdatetime\(/.test(all) && !bound.has('datetime')) lines.unshift('from datetime import datetime\n');
  if (/\btimezone\.now\b/.test(all) && !bound.has('timezone')) lines.push('from django.utils import timezone\n');
  if (/\bmodels\./.test(all) && !bound.has('models')) lines.push('from django.db import models\n');
  return lines.join('');
}

function usedNames(code: string): Set<string> {
  const found = new Set<string>();
  walk(parseModule(code).module, (node) => {
    if (node.kind === 'Name') found.add(node.id);
  });
  return found;
}

function boundNames(code: string): string[] {
  const imported: string[] = [];
  walk(parseModule(code).module, (node) => {
    if (node.kind !== 'Import' && node.kind !== 'ImportFrom') return;
    for (const { name, asName } of node.names) imported.push((asName ?? name).text.split('.')[0]!);
  });
  return [...imported, ...definedNames(code)];
}

function definedNames(code: string): string[] {
  return definitions(code).flatMap(({ kind, name }) => (kind === 'import' ? [] : name));
}
