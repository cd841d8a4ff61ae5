/** Asks the native libraries, in Python processes of their own: see `native/page.py`. */
import { join } from 'node:path';
import type { DialectName } from '../../server/src/query/program.ts';
import { run } from '../../scripts/tools/run.ts';
import { askPython } from '../native/sql/python.ts';
import type { Servers } from '../native/sql/servers.ts';
import type { PageProject } from './pages.ts';
import type { Page, Source } from './sources.ts';

/** Where the product shows something, in lines and columns of the script. */
export interface NativeSite {
  readonly start: readonly [line: number, column: number];
  readonly end: readonly [line: number, column: number];
  /** Python that stands for values. */
  readonly holes: readonly string[];
}

export interface NativeStatement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

export interface NativeAnswer {
  /** By the first line of an example. */
  readonly errors: Readonly<Record<number, string>>;
  readonly sent: readonly (NativeStatement & { readonly line: number })[];
  /** Lines that were executed. */
  readonly reached: readonly number[];
  /** By the number of a site that sent nothing where it stands: what its value sends when it is asked for. */
  readonly built: Readonly<Record<number, { readonly sent?: readonly NativeStatement[]; readonly error?: string }>>;
  /** By the number of a site: what its holes were worth before and after the example; null for no value. */
  readonly values: Readonly<Record<number, Readonly<Record<string, readonly unknown[]>>>>;
}

/** Module by module, the names in it. */
export type Names = readonly (readonly [module: string, names: readonly string[]])[];

export class Native {
  readonly #python: string;
  readonly #servers: Servers;

  constructor(python: string, servers: Servers) {
    this.#python = python;
    this.#servers = servers;
  }

  async namesOf({ wellKnown }: Source): Promise<Names> {
    const script =
      'import importlib, json, sys, types; modules = map(importlib.import_module, sys.argv[1:]); print(json.dumps([[m.__name__, [n for n, v in vars(m).items() if not isinstance(v, types.ModuleType)]] for m in modules]))';
    return JSON.parse(await run(this.#python, ['-c', script, ...wellKnown])) as Names;
  }

  runPage(source: Source, page: Page, project: PageProject, sites: readonly NativeSite[]): Promise<NativeAnswer> {
    const database = this.#servers.databaseOf(page.dialect ?? 'sqlite');
    return this.#ask(source.orm, {
      name: project.module,
      source: project.script.source,
      examples: project.script.examples,
      before: project.script.before,
      files: project.files,
      sites,
      isProgram: project.isProgram,
      createsTables: page.createsTables ?? false,
      url: page.dialect ? database.url : null,
      database: database.django,
      apps: ['blog', ...(page.dialect === 'postgresql' ? ['django.contrib.postgres'] : [])],
      isCheck: false,
    });
  }

  /** Of the statements of a module with Django models, those that Django takes. */
  async workingStatements(statements: readonly string[], dialect: DialectName): Promise<string[]> {
    const request = {
      files: { 'blog/__init__.py': '' },
      database: this.#servers.databaseOf(dialect).django,
      apps: ['blog'],
      isCheck: true,
      statements,
    };
    const working = await this.#ask<readonly number[]>('django', request);
    return working.map((number) => statements[number]!);
  }

  async #ask<Answer>(orm: Source['orm'], request: object): Promise<Answer> {
    const script = join(import.meta.dirname, 'native', `${orm}_page.py`);
    return JSON.parse(await askPython(this.#python, script, JSON.stringify(request))) as Answer;
  }
}
