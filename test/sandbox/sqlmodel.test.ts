/**
 * Models of SQLModel that try to get out by way of pydantic, which evaluates annotations, imports by text and calls what
 * it is given. As in `allowlist.test.ts`, one that gets hold of `os` ends the process: `cutOff` with a crash.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Step } from '../../server/src/query/program.ts';
import type { RenderResult } from '../../server/src/render/protocol.ts';
import { emptyRequest, openSandbox, type Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox({ rendererDir: join(import.meta.dirname, '../../server/renderer'), timeLimit: 5_000 });
});
afterAll(() => sandbox.close());

let number = 0;

/** Loads a model and runs an expression on it. The first lines of the model's source are imports. */
function run(source: string, expression = 'select(Hero)'): Promise<RenderResult> {
  const lines = `from sqlmodel import SQLModel\nfrom sqlmodel import Field\nfrom sqlmodel import select\n${source.trim()}`;
  const imports = [...lines.matchAll(/^from (\S+) import (\w+)$/gm)].map(([, from, name]): Step => ({
    op: 'import',
    module: 'app',
    as: name!,
    from: from!,
    name: name!,
  }));
  const model = lines.replaceAll(/^from .*\n?/gm, '');
  return sandbox.request({
    models: {
      ...emptyRequest.models,
      key: `sqlmodel ${++number}`,
      steps: [...imports, { op: 'define', module: 'app', name: 'Hero', source: model }],
      models: [{ module: 'app', name: 'Hero' }],
    },
    slice: { ...emptyRequest.slice, expression },
  });
}

const hero = (body: string) => `class Hero(SQLModel, table=True):
    id: int = Field(primary_key=True)
${body.trim().replace(/^/gm, '    ')}`;

async function expectToGoOn(): Promise<void> {
  expect(await run(hero('name: str'))).toMatchObject({ kind: 'rendered', unknown: [] });
}

test('an everyday model is rendered', expectToGoOn);

describe('a model does not get out', () => {
  const ways: Readonly<Record<string, readonly [source: string, expression?: string]>> = {
    'by an annotation': [hero(`name: "__import__('os').abort()"`)],
    'by an annotation that names pydantic': [
      hero(`name: "pydantic._internal._validators.import_string('os').abort()"`),
    ],
    'by a type that imports': [`from pydantic import ImportString\n${hero('name: ImportString = "os.abort"')}`],
    'by a type that imports, from its module': [
      `from pydantic.types import ImportString\n${hero('name: ImportString = "os.abort"')}`,
      'Hero(id=1).name()',
    ],
    'by a type that imports, in a text': [
      `from pydantic import types\n${hero('name: "types.ImportString" = "os.abort"')}`,
      'Hero(id=1).name()',
    ],
    'by a function that makes the default': [hero('name: str = Field(default_factory=__import__)'), 'Hero(id=1)'],
    'by a default that opens a file': [hero('name: str = Field(default_factory=lambda: open("/etc/passwd").read())')],
    'by a validator': [
      `from pydantic import field_validator
class Hero(SQLModel):
    name: str
    @field_validator("name")
    @classmethod
    def check(cls, value):
        return cls.model_validate.__func__.__globals__["__builtins__"]["__import__"]("os").abort()`,
      'Hero(name="a")',
    ],
    'by a validator that evaluates': [
      `from typing import Annotated
from pydantic.functional_validators import PlainValidator
class Hero(SQLModel):
    name: Annotated[str, PlainValidator(eval)]`,
      `Hero(name="__import__('os').abort()")`,
    ],
    'by the names for annotations': [
      `class Hero(SQLModel):
    name: "later"`,
      `Hero.model_rebuild(_types_namespace={"later": "__import__('os').abort()"})`,
    ],
    'by a model that is made': [
      `from pydantic import create_model\n${hero('name: str')}`,
      `create_model("Other", name=("__import__('os').abort()", ...))`,
    ],
    'by the class behind a class': [hero('name: str'), 'Hero.model_fields["name"].__class__.__mro__[-1]'],
    'by the namespace of a method': [hero('name: str'), 'getattr(Hero.model_validate, "__func__").__globals__'],
    'by what is pickled': [
      hero('name: str'),
      'Hero.parse_raw(b"cos\\nabort\\n(tR.", proto="pickle", allow_pickle=True)',
    ],
    'by a file that is parsed': [hero('name: str'), 'Hero.parse_file("/etc/passwd")'],
    'by configuration': [
      `class Hero(SQLModel):
    model_config = {"json_encoders": {str: eval}, "title": "__import__('os').abort()"}
    name: str`,
      'Hero(name="__import__(\'os\').abort()").model_dump_json()',
    ],
  };

  test.each(Object.entries(ways))('%s', async (_, [source, expression]) => {
    const result = await run(source, expression);
    expect(result.kind).not.toBe('cutOff');
    expect(JSON.stringify(result)).not.toContain('root:');
  });

  test('and the next one is rendered', expectToGoOn);
});

describe('a model that never ends or takes everything is cut off, and the next one rendered', () => {
  const endless = `def forever(value):
    for _ in iter(int, 1):
        pass
class Hero(SQLModel):
    name: Annotated[str, BeforeValidator(forever)]`;
  const greedy = hero('name: str = Field(default="a" * 10 ** 9)');
  const deep = `class Hero(SQLModel):
    inner: "Hero" = Field(default_factory=lambda: Hero())`;
  const validator = 'from typing import Annotated\nfrom pydantic import BeforeValidator';

  test.each([
    ['time', `${validator}\n${endless}`, 'Hero(name="a")', /^time$/],
    ['memory', greedy, undefined, /^memory$/],
    ['recursion', deep, 'Hero()', /^(recursion|crash)$/],
  ] as const)('%s', async (_, source, expression, reason) => {
    const result = await run(source, expression);
    if (result.kind === 'cutOff') expect(result.reason).toMatch(reason);
    else expect(result).toMatchObject({ kind: 'failed', message: expect.stringMatching(/Recursion|Memory/) });
    await expectToGoOn();
  });
});
