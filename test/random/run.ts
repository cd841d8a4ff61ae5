/** Compares programs: rendered by the product as a hover would, run by the native library. */
import { join } from 'node:path';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryView } from '../../server/src/ide/views.ts';
import type { Renderer } from '../../server/src/render/renderer.ts';
import { Project, root } from '../harness/project.ts';
import { compare, questionsOf, type Verdict } from './compare.ts';
import type { Batch } from './make.ts';
import { type NativeRun, runNatively } from './native.ts';
import { CURSOR, type Program, type World } from './program.ts';

export interface Compared {
  readonly world: World;
  readonly program: Program;
  readonly view: QueryView | null;
  readonly runs: readonly NativeRun[];
  readonly verdict: Verdict;
}

/** All batches are of one ORM. */
export async function compareBatches(
  batches: readonly Batch[],
  renderer: Renderer,
  python: string,
): Promise<Compared[]> {
  const views = new Map<Program, QueryView | null>();
  for (const batch of batches) await render(batch, renderer, views);
  const orm = batches[0]!.world.orm;
  const answers = await runNatively(python, orm, batches, (program) => questionsOf(views.get(program)!));
  return batches.flatMap(({ world, programs }, i) => {
    const answer = answers[i]!;
    if ('error' in answer) throw new Error(`${world.package}: the models are wrong: ${answer.error}`);
    return programs.map((program, j) => {
      const view = views.get(program)!;
      const runs = answer[j]!;
      return { world, program, view, runs, verdict: compare(view, runs) };
    });
  });
}

async function render(
  { world, programs }: Batch,
  renderer: Renderer,
  views: Map<Program, QueryView | null>,
): Promise<void> {
  const sources = programs.map(({ path, source }) => [path, source.replace(CURSOR, '')] as const);
  const project = new Project({ ...world.files, ...Object.fromEntries(sources) });
  const settings = { dialect: 'sqlite', driver: null } as const;
  const engine = createEngine({ workspace: project.workspace, renderer, settings: () => settings });
  for (const program of programs)
    // The cursor stands behind the query; inside is what an editor would ask for.
    views.set(program, await engine.queryAt(join(root, program.path), program.source.indexOf(CURSOR) - 1));
}
