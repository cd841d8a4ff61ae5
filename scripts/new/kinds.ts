export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** What `npm run new` writes for one kind of thing. */
export interface Kind {
  /** How its names are written. */
  readonly style: 'kebab-case' | 'camelCase';
  readonly files: (name: string) => readonly NewFile[];
  readonly list: {
    readonly path: string;
    readonly importLine: (name: string) => string;
    readonly entry: (name: string) => string;
  };
  /** What is left to do by hand, beyond the files themselves. */
  readonly next: string;
}

export const kinds: Readonly<Record<string, Kind>> = {
  rule: {
    style: 'kebab-case',
    files: (name) => [
      {
        path: `server/src/rules/${name}.ts`,
        text: `import { defineRule } from './rule.ts';

export const ${camelCase(name)} = defineRule({
  id: '${name}',
  severity: 'hint',
  summary: '',
  isOnByDefault: false,
  inTests: false,
  check(context, report) {
    void context;
    void report;
  },
});
`,
      },
      {
        path: `test/cases/rules/${name}.md`,
        text: `# ${name}

What happens, and why it hurts.

## Flagged

### the simplest case

\`\`\`python
\`\`\`

## Not flagged

### code that is fine

\`\`\`python
\`\`\`
`,
      },
    ],
    list: {
      path: 'server/src/rules/index.ts',
      importLine: (name) => `import { ${camelCase(name)} } from './${name}.ts';`,
      entry: camelCase,
    },
    next: 'write the case first, then the summary and the check; npm run generate adds the setting and the page',
  },

  orm: {
    style: 'camelCase',
    files: (name) => [
      {
        path: `server/src/orm/${name}/models.ts`,
        text: `import type { ExtractContext, Extracted } from '../adapter.ts';

/** The model classes of all files, linked with each other. */
export function ${name}Models(context: ExtractContext): Extracted {
  void context;
  return { models: [], tables: [] };
}
`,
      },
      { path: `test/cases/sql/${name}/basics.md`, text: sqlCase(name) },
    ],
    list: {
      path: 'server/src/orm/index.ts',
      importLine: (name) => `import { ${name}Models } from './${name}/models.ts';`,
      entry: (name) => `{ id: '${name}', models: ${name}Models }`,
    },
    next: 'add its name to OrmId (server/src/orm/model.ts); the type checker finds the other places',
  },

  driver: {
    style: 'camelCase',
    files: (name) => [
      {
        path: `server/src/database/drivers/${name}/driver.ts`,
        text: `import type { DatabaseDriver } from '../../driver.ts';

export const ${name}: DatabaseDriver = {
  name: '${name}',
  dialect: '${name}',
  async connect() {
    throw new Error('not written yet');
  },
  async stamp() {
    return null;
  },
};
`,
      },
      { path: `test/databases/${name}.test.ts`, text: databaseTest(name) },
    ],
    list: {
      path: 'server/src/database/drivers/index.ts',
      importLine: (name) => `import { ${name} } from './${name}/driver.ts';`,
      entry: (name) => name,
    },
    next: 'add its name to DriverName (server/src/database/profile.ts); the type checker finds the other places',
  },

  dialect: {
    style: 'camelCase',
    files: (name) => [
      {
        path: `server/src/database/dialects/${name}/introspect.ts`,
        text: `import type { Dialect } from '../dialect.ts';

export const ${name}: Dialect = {
  name: '${name}',
  async introspect() {
    throw new Error('not written yet');
  },
};
`,
      },
    ],
    list: {
      path: 'server/src/database/dialects/index.ts',
      importLine: (name) => `import { ${name} } from './${name}/introspect.ts';`,
      entry: (name) => name,
    },
    next: 'add its name to Dialect (server/src/database/dialects/dialect.ts); prove it in test/databases',
  },

  tool: {
    style: 'camelCase',
    files: (name) => [
      {
        path: `server/src/migrations/tools/${name}/detect.ts`,
        text: `import type { MigrationTool } from '../tool.ts';

export const ${name}: MigrationTool = {
  name: '${name}',
  detect(snapshot, program) {
    void snapshot;
    void program;
    return [];
  },
};
`,
      },
      {
        path: `test/unit/migrations/${name}.test.ts`,
        text: `import { expect, test } from 'vitest';
import { ${name} } from '../../../server/src/migrations/tools/${name}/detect.ts';
import { Project } from '../../harness/project.ts';

test('finds a project', () => {
  const { snapshot, program } = new Project({});
  expect(${name}.detect(snapshot, program)).toEqual([]);
});
`,
      },
    ],
    list: {
      path: 'server/src/migrations/tools/index.ts',
      importLine: (name) => `import { ${name} } from './${name}/detect.ts';`,
      entry: (name) => name,
    },
    next: 'add its name to MigrationToolName (server/src/migrations/project.ts)',
  },

  handler: {
    style: 'camelCase',
    files: (name) => [
      {
        path: `server/src/lsp/handlers/${name}.ts`,
        text: `import type { Handler } from '../handler.ts';

export const ${name}: Handler = {
  register({ connection }) {
    void connection;
  },
};
`,
      },
      {
        path: `test/protocol/${name}.test.ts`,
        text: `import { expect, test } from 'vitest';
import { startLanguageServer } from '../harness/languageServer.ts';

test('${name}', async () => {
  await using server = await startLanguageServer({ folder: null });
  expect(server.initialized.capabilities).toHaveProperty('${name}Provider');
});
`,
      },
    ],
    list: {
      path: 'server/src/lsp/handlers/index.ts',
      importLine: (name) => `import { ${name} } from './${name}.ts';`,
      entry: (name) => name,
    },
    next: 'state its capability, and let the test ask it something',
  },
};

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function sqlCase(orm: string): string {
  return `# ${orm}

## Basics

### all rows of a model

\`\`\`python
\`\`\`

\`\`\`sql sqlite
\`\`\`
`;
}

function databaseTest(name: string): string {
  return `import { expect, test } from 'vitest';
import { ${name} } from '../../server/src/database/drivers/${name}/driver.ts';

test('${name} answers a query', async () => {
  const profile = { name: '${name}', driver: '${name}', database: '' } as const;
  const connection = await ${name}.connect(profile, null);
  expect((await connection.run('SELECT 1', [])).rows).toEqual([[1]]);
  await connection.close();
});
`;
}
