/** From a keystroke to its findings, through the server, as the editor waits for them. */
import { LineIndex } from '../../../server/src/base/text.ts';
import type { LanguageServer } from '../../harness/languageServer.ts';
import { startLanguageServer } from '../../harness/languageServer.ts';
import { treeSitter } from '../anchors.ts';
import type { Figure } from '../figure.ts';
import { compare, ratioTo, spread } from '../interleaved.ts';
import { residentMegabytes, workedMilliseconds } from '../processes.ts';
import { type Project, modelClass } from '../project.ts';

export async function measureTyping(project: Project, storage: string, keystrokes: number): Promise<Figure[]> {
  const parseAndWalk = await treeSitter();
  const { large, models } = project;
  await using server = await startLanguageServer({ folder: project.folder, storage });
  const inBody = await Typist.open(
    server,
    large.path,
    large.text,
    bodyLines(large.text),
    'checked = [row for row in rows if row.id > 10]',
  );
  const modelLine = models.text.slice(0, modelClass.exec(models.text)?.index ?? 0).split('\n').length;
  const inModel = await Typist.open(
    server,
    models.path,
    models.text,
    [modelLine],
    'remark: str = "or more of it, like this"',
  );
  await inBody.settle();
  await inModel.settle();
  const worked: Record<'anchor' | 'body', number[]> = { anchor: [], body: [] };
  const timed = await compare(
    [
      { name: 'tree-sitter', run: () => working(worked.anchor, undefined, () => parseAndWalk(large.text)) },
      { name: 'body', run: () => working(worked.body, server.pid, () => inBody.type()) },
      {
        name: 'model',
        run: async () => {
          await inModel.type();
          // An editor asks again for every file that is open.
          await server.diagnostics(inBody.uri);
        },
      },
    ],
    keystrokes,
  );
  const [anchor, body, model] = timed.map(({ times }) => times) as [number[], number[], number[]];
  const base = { project: project.name, lines: project.lines, part: 'typing', unit: 'ms' as const, count: keystrokes };
  const to = `tree-sitter, ${large.text.split('\n').length.toLocaleString('en')} lines`;
  const aim = { p50: 1 / 20, p95: 1 / 10 };
  return [
    {
      ...base,
      what: 'a key in a function to its findings',
      ...spread(body),
      ratios: [{ to, ...ratioTo(anchor, body), aim }],
    },
    {
      ...base,
      what: 'the same, without waiting for a core',
      ...spread(worked.body),
      ratios: [{ to, ...ratioTo(worked.anchor, worked.body), aim }],
    },
    {
      ...base,
      what: 'a key in a model to the findings of two files',
      ...spread(model),
      ratios: [{ to, ...ratioTo(anchor, model), aim: null }],
    },
    { ...base, what: `(${to})`, ...spread(anchor), ratios: [] },
    {
      ...base,
      what: 'memory of the server after that',
      unit: 'MB',
      p50: residentMegabytes(server.pid),
      p95: null,
      ratios: [],
    },
  ];
}

/** Also keeps how long the main thread of a process worked for it. */
async function working(into: number[], pid: number | undefined, work: () => unknown): Promise<void> {
  const before = workedMilliseconds(pid);
  await work();
  into.push(workedMilliseconds(pid) - before);
}

/** Types a line key by key, deletes it again, and goes on at the next place. */
export class Typist {
  readonly uri: string;
  readonly #server: LanguageServer;
  readonly #places: readonly number[];
  readonly #words: string;
  #version = 1;
  #place = 0;
  #typed = 0;
  #resultId: string | undefined;

  /** `places` are numbers of lines, from 0; what is typed becomes a line before them, as deep as they are. */
  static async open(
    server: LanguageServer,
    path: string,
    text: string,
    places: readonly number[],
    words: string,
  ): Promise<Typist> {
    const lines = text.split('\n');
    const indents = places.map((line) => /^ */.exec(lines[line] ?? '')![0]);
    return new Typist(server, await server.open(path, text), places, `${indents[0] ?? ''}${words}`);
  }

  constructor(server: LanguageServer, uri: string, places: readonly number[], words: string) {
    this.#server = server;
    this.uri = uri;
    this.#places = places;
    this.#words = words;
  }

  /** One key, or the deletion of the line when it is complete, and the findings after it. */
  async type(): Promise<void> {
    await this.press();
    const report = await this.#server.diagnostics(this.uri, this.#resultId);
    this.#resultId = report.resultId;
  }

  async settle(): Promise<void> {
    const report = await this.#server.diagnostics(this.uri);
    this.#resultId = report.resultId;
  }

  async press(): Promise<void> {
    const line = this.#places[this.#place]!;
    this.#version++;
    if (this.#typed === 0) {
      const start = { line, character: 0 };
      const indent = /^ */.exec(this.#words)![0];
      await this.#server.edit(this.uri, this.#version, { start, end: start }, `${indent}\n`);
      this.#typed = Math.max(indent.length, 1);
    } else if (this.#typed < this.#words.length) {
      const at = { line, character: this.#typed };
      await this.#server.edit(this.uri, this.#version, { start: at, end: at }, this.#words[this.#typed]!);
      this.#typed++;
    } else {
      const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
      await this.#server.edit(this.uri, this.#version, range, '');
      this.#typed = 0;
      this.#place = (this.#place + 1) % this.#places.length;
    }
  }
}

/** Lines after the first of ten functions, or methods, spread over the file: inside their bodies. */
export function bodyLines(text: string): number[] {
  const index = new LineIndex(text);
  const functions = [...text.matchAll(/^def \w+\([^\n]*:\n(?: {4}"""[^"]*"""\n)?(?= {4}\w)/gm)];
  const methods = [...text.matchAll(/^ {4}def \w+\([^\n]*:\n(?: {8}"""[^"]*"""\n)?(?= {8}\w)/gm)];
  const starts = functions.length >= 10 ? functions : methods;
  const all = starts.map((match) => index.position(match.index + match[0].length).line);
  if (all.length === 0) return [text.split('\n').length - 1];
  const step = Math.max(1, Math.floor(all.length / 10));
  return all.filter((_, i) => i % step === 0).slice(0, 10);
}
