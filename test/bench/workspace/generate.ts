/**
 * Writes realistic Python workspaces, to measure with: any size, and the same bytes for the same seed.
 *
 * The proportions are those of real applications: of the files 5 % declare models, 20 % are migrations, 30 % are tests,
 * a third names an ORM, the rest is plain Python. Everything is made up from the words in `words.ts`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as django from './django.ts';
import { type Area, type Entity, makeArea } from './domain.ts';
import { type GeneratedFile, lineCount, python } from './file.ts';
import { type PlainModule, plainModule, plainTests } from './noise.ts';
import { Random } from '../../harness/random.ts';
import * as sqlalchemy from './sqlalchemy.ts';
import { nouns, verbs } from './words.ts';

export type WorkspaceOrm = 'sqlalchemy' | 'django';

export interface WorkspaceOptions {
  readonly orm: WorkspaceOrm;
  /** Lines of Python in all; it ends with the first file that reaches them. */
  readonly lines: number;
  readonly seed: number;
}

/** The module of 5,000 lines with queries on many models; from 10,000 lines on. */
export const largeModule = 'reports/everything.py';
const largeLines = 5000;

/** All files, the same for the same options. */
export function generateWorkspace({ orm, lines, seed }: WorkspaceOptions): GeneratedFile[] {
  const random = new Random(seed);
  const files: GeneratedFile[] = [];
  const areas: Area[] = [];
  const revisions: Revisions = { last: null, number: 0 };
  const divisions = new Set<string>();
  const large = lines >= 2 * largeLines ? largeLines : 0;
  let written = large;
  while (written < lines) {
    const area = makeArea(areas.length, areas, random.fork(`area ${areas.length}`), random.between(8, 12));
    areas.push(area);
    const folder = divisions.has(area.division)
      ? []
      : [packageFile(area.division, `Everything about ${area.division}`)];
    divisions.add(area.division);
    for (const file of [...folder, ...areaFiles(area, orm, random.fork(area.module), revisions)]) {
      files.push(file);
      written += lineCount(file.text);
      if (written >= lines) break;
    }
  }
  files.push(...(orm === 'django' ? django.projectFiles(areas) : sqlalchemy.projectFiles));
  if (large > 0) files.push(packageFile('reports', 'Reports'), largeFile(orm, areas, random.fork('large')));
  return files;
}

/** Writes them below a folder, which need not be there. */
export async function writeWorkspace(folder: string, files: readonly GeneratedFile[]): Promise<void> {
  for (const name of new Set(files.map(({ path }) => dirname(path))))
    await mkdir(join(folder, name), { recursive: true });
  for (const { path, text } of files) await writeFile(join(folder, path), text);
}

interface Revisions {
  last: string | null;
  number: number;
}

/** One package with about 25 files and 5,000 lines; what imports something comes after it. */
function areaFiles(area: Area, orm: WorkspaceOrm, random: Random, revisions: Revisions): GeneratedFile[] {
  const { folder, module, entities, name } = area;
  const language = orm === 'django' ? django : sqlalchemy;
  const queries = (file: string, pieces: string[], about: readonly Entity[]): GeneratedFile => ({
    path: `${folder}/${file}`,
    kind: 'queries',
    text: python(
      `"""${file.replace(/\.py$/, '')} of ${module}."""`,
      `${language.queryImports}\n\n${language.modelImport(about)}`,
      ...pieces,
    ),
  });
  const files: GeneratedFile[] = [
    packageFile(folder, `The package ${module}`),
    { path: `${folder}/models.py`, kind: 'models', text: language.modelsModule(area, random) },
  ];
  const [busy, others] = [random.some(entities, 5), random.some(entities, 4)];
  const repositories = busy.map((entity) => language.repository(entity, random.between(5, 9), random));
  files.push(queries(orm === 'django' ? 'desks.py' : 'repositories.py', repositories, busy));
  files.push(
    queries(
      'services.py',
      others.map((entity) => language.service(entity, random)),
      others,
    ),
  );
  const served = random.some(entities, 5);
  files.push(
    orm === 'django'
      ? { path: `${folder}/views.py`, kind: 'queries', text: django.viewsModule(area, served, random) }
      : { path: `${folder}/api.py`, kind: 'queries', text: sqlalchemy.apiModule(area, served, random) },
  );
  files.push(...migrations(area, orm, random, revisions));

  const plain: { readonly module: string; readonly content: PlainModule }[] = [];
  for (let i = 0; i < 8; i++) {
    const file = `${random.pick(verbs)}_${random.pick(nouns)}_${i}`;
    const about = `${file.replaceAll('_', ' ')} of ${name}`;
    const imports = i % 3 === 0 ? [`from ${module} import services  # noqa: F401`] : [];
    const content = plainModule(about, moduleLength(random), random, imports);
    plain.push({ module: `${module}.${file}`, content });
    files.push({ path: `${folder}/${file}.py`, kind: 'plain', text: content.text });
  }
  const tested = random.some(entities, 4);
  files.push({ path: `${folder}/tests/test_models.py`, kind: 'test', text: language.ormTests(area, tested, random) });
  for (const [i, { module, content }] of plain.slice(0, 7).entries()) {
    const text = plainTests(module, content.functions, moduleLength(random), random);
    files.push({ path: `${folder}/tests/test_${module.split('.').at(-1)}_${i}.py`, kind: 'test', text });
  }
  return files;
}

function migrations(area: Area, orm: WorkspaceOrm, random: Random, revisions: Revisions): GeneratedFile[] {
  const files: GeneratedFile[] = [];
  if (orm === 'django') files.push(packageFile(`${area.folder}/migrations`, `Migrations of ${area.module}`));
  let before: string | null = null;
  for (let i = 0; i < 5; i++) {
    const from = Math.floor((area.entities.length * i) / 5);
    const entities = area.entities.slice(from, Math.floor((area.entities.length * (i + 1)) / 5));
    if (orm === 'django') {
      const file = django.migration(entities, i + 1, before, random);
      before = file.name;
      files.push(file);
    } else {
      const file = sqlalchemy.revision(entities, revisions.last, ++revisions.number, random);
      revisions.last = file.id;
      files.push(file);
    }
  }
  return files.map(({ path, text, kind }) => ({ path, text, kind }));
}

/** Most modules are short, a few are long. */
function moduleLength(random: Random): number {
  return random.chance(0.1) ? random.between(400, 900) : random.between(40, 280);
}

function packageFile(folder: string, about: string): GeneratedFile {
  return { path: `${folder}/__init__.py`, kind: 'plain', text: `"""${about}."""\n` };
}

/** Query functions on the models of up to eight areas, with plain Python between them. */
function largeFile(orm: WorkspaceOrm, areas: readonly Area[], random: Random): GeneratedFile {
  const language = orm === 'django' ? django : sqlalchemy;
  const entities = random.some(areas, 8).flatMap((area) => area.entities);
  const head = python(
    '"""Every report, grown over the years."""',
    `${language.queryImports}\n\n${language.modelImport(entities)}`,
  );
  const pieces: string[] = [];
  let length = lineCount(head) + 2;
  for (let number = 1; length < largeLines; number++) {
    const entity = random.pick(entities);
    const piece = random.chance(0.8) ? language.queryFunction(entity, number, random).trim() : summary(number, random);
    pieces.push(piece);
    length += lineCount(piece) + 3;
  }
  return { path: largeModule, kind: 'queries', text: python(head, ...pieces) };
}

function summary(number: number, random: Random): string {
  const [noun, verb] = [random.pick(nouns), random.pick(verbs)];
  return `def ${verb}_${noun}_${number}(rows: Iterable[dict[str, Any]], *, day: datetime.date | None = None) -> list[str]:
    """Lines for the ${noun} of a report."""
    lines = []
    day = day or datetime.date.today()
    for index, row in enumerate(rows):
        value = Decimal(str(row.get("${noun}", 0))) * ${random.between(2, 99)}
        if value < ${random.between(1, 500)} or index > ${random.between(100, 900)}:
            logger.debug("${verb}: row %d is left out", index)
            continue
        lines.append(f"{day:%Y-%m-%d} {index:>4} {value:>12.2f} {row.get('name', '')!s:<${random.between(10, 60)}}")
    return lines`;
}
