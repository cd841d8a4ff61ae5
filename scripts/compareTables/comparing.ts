/**
 * What the comparisons of tables with those of a project's own Python share: what that says on the one side, the models as
 * we read them and the renderer that makes them on the other. See `../compareTables.ts` and `django.ts`.
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { openRenderer } from '../../server/src/cli/openRenderer.ts';
import { openProject } from '../../server/src/cli/project.ts';
import { buildModelGraph } from '../../server/src/orm/graph.ts';
import type { Model, ModelGraph } from '../../server/src/orm/model.ts';
import { createProgram } from '../../server/src/python/program.ts';
import type { LibraryName, Slice, Step } from '../../server/src/query/program.ts';
import type { Program } from '../../server/src/python/types.ts';
import type { Renderer } from '../../server/src/render/renderer.ts';
import type { RenderRequest, RenderResult } from '../../server/src/render/protocol.ts';

export interface Arguments {
  readonly folder: string;
  readonly python: string;
  /** What names the models: modules, or the settings. */
  readonly names: readonly string[];
}

/** `FOLDER PYTHON NAME…` of the command line; ends the process with the usage where something is missing. */
export function readArguments(usage: string): Arguments {
  const [folder, python, ...names] = process.argv.slice(2);
  if (!folder || !python || names.length === 0) {
    console.error(usage);
    process.exit(2);
  }
  return { folder: resolve(folder), python: python.includes('/') ? resolve(python) : python, names };
}

/** What a script of this folder prints as JSON when the project's Python runs it; the project may print before it. */
export function readNative(script: string, firstKey: string, { folder, python, names }: Arguments): unknown {
  const output = execFileSync(python, ['-B', join(import.meta.dirname, script), folder, ...names], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    cwd: folder,
  });
  return JSON.parse(output.slice(output.lastIndexOf(`\n{"${firstKey}"`) + 1)) as unknown;
}

export interface OurSide {
  readonly program: Program;
  readonly graph: ModelGraph;
  /** The models of the project's own files. */
  readonly models: readonly Model[];
  readonly renderer: Renderer;
}

/** Reads the project, and closes the renderer when the comparison is done. */
export async function compareWith(
  folder: string,
  library: LibraryName,
  compare: (ours: OurSide) => Promise<void>,
): Promise<void> {
  const { snapshot } = openProject([folder], { dialect: 'postgresql', driver: null }, null);
  const program = createProgram(snapshot);
  const graph = buildModelGraph(program, snapshot);
  const models = graph.models.filter(({ orm, declared }) => orm === library && declared.path !== '');
  const renderer = openRenderer();
  try {
    await compare({ program, graph, models, renderer });
  } finally {
    renderer.dispose();
  }
}

/** The first request makes all models, which may take its time on a busy machine. */
export async function renderTwice(renderer: Renderer, request: RenderRequest): Promise<RenderResult> {
  const result = await renderer.render(request);
  return result.kind === 'cutOff' ? renderer.render(request) : result;
}

/** The module of `sliceAbout`. */
export const sliceModule = 'ormsight_compare_tables';

/** A slice in which the model is `Model`. */
export function sliceAbout(
  model: Model,
  steps: readonly Step[],
  expression: string,
  holes: Slice['holes'] = [],
): Slice {
  const link: Step = { op: 'link', module: sliceModule, as: 'Model', from: model.module, name: model.name };
  return { module: sliceModule, steps: [link, ...steps], holes, body: '', expression, unknown: [] };
}
