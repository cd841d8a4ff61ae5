/** What a code lens says above a function: how many statements it sends, and where. */
import { CancelledError, type CancellationToken, throwIfCancelled } from '../base/cancellation.ts';
import { Pace } from '../base/pace.ts';
import { type Recorded, TraceCheck } from '../base/recorder.ts';
import type { TextRange } from '../base/text.ts';
import type { Inference } from '../orm/infer.ts';
import { isGraphFact, type ModelGraph } from '../orm/model.ts';
import { isNothing, isSame, type StatementCount, type Sum } from '../orm/statements/count.ts';
import { type Statements, statementsOf } from '../orm/statements/statements.ts';
import type { FunctionDef } from '../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../python/types.ts';
import { unitsOf } from '../python/units.ts';
import { timesOf } from './loopText.ts';

export interface FunctionStatements {
  /** Of the function's name. */
  readonly range: TextRange;
  /** `1 + N statements`, `up to 2 statements`, `at least 1 statement`. */
  readonly text: string;
  /** What sends them, the first ones; also in other files. */
  readonly places: readonly StatementPlace[];
}

export interface StatementPlace {
  readonly path: string;
  readonly range: TextRange;
  /** In how many loops, one in the other, as a text: `N × M`; null outside of loops. */
  readonly times: string | null;
}

export interface CountRun {
  readonly file: SourceFile;
  readonly program: Program;
  readonly graph: ModelGraph;
  readonly inference: Inference;
  /** Whether another text came meanwhile. */
  readonly isOld: () => boolean;
  readonly cancellation: CancellationToken | undefined;
}

/** More functions than anybody scrolls through: generated code. */
const MAX_FUNCTIONS = 1000;

/** Remembers what was counted in each function, and what that was made from: after a key one function is counted. */
export class StatementCounts {
  /** How many functions were counted: what tests count. */
  counted = 0;
  readonly #kept = new WeakMap<FunctionDef, Recorded<Statements>>();

  /** Rejects with `CancelledError` when another text came meanwhile. */
  async of(run: CountRun): Promise<readonly FunctionStatements[]> {
    const { file, program, graph } = run;
    const check = new TraceCheck((facts) =>
      facts.every((each) => (isGraphFact(each.kind) ? graph : program).holds(each)),
    );
    const pace = new Pace();
    const found: FunctionStatements[] = [];
    const functions = unitsOf(file.module).flatMap(({ node }) => (node.kind === 'FunctionDef' ? [node] : []));
    for (const node of functions.slice(0, MAX_FUNCTIONS)) {
      const { places, ...count } = this.#statementsOf(node, run, check);
      const text = countText(count);
      if (text !== null) found.push({ range: node.name, text, places: places.map(placeOf) });
      await pace.pause();
      throwIfCancelled(run.cancellation);
      if (run.isOld()) throw new CancelledError();
    }
    return found;
  }

  #statementsOf(node: FunctionDef, { file, program, inference }: CountRun, check: TraceCheck): Statements {
    const known = this.#kept.get(node);
    if (known && check.holds(known.trace)) return known.value;
    this.counted++;
    const recorded = program.recorder.record(() => statementsOf({ file, node }, inference));
    this.#kept.set(node, recorded);
    return recorded.value;
  }
}

/** null when nothing is sent, and when nothing is known. */
export function countText({ least, most }: StatementCount): string | null {
  if (most && isNothing(most)) return null;
  if (most) return `${isSame(least, most) ? '' : 'up to '}${sumText(most)}`;
  return isNothing(least) ? null : `at least ${sumText(least)}`;
}

function sumText(sum: Sum): string {
  const parts = sum.flatMap((count, depth) => {
    if (count === 0) return [];
    if (depth === 0) return String(count);
    return count === 1 ? timesOf(depth) : `${count} × ${timesOf(depth)}`;
  });
  return `${parts.join(' + ')} ${parts.join() === '1' ? 'statement' : 'statements'}`;
}

function placeOf({ file, node, depth }: Statements['places'][number]): StatementPlace {
  return {
    path: file.path,
    range: { start: node.start, end: node.end },
    times: depth === 0 ? null : timesOf(depth),
  };
}
