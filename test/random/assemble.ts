/** Writes a chain of method calls as people do: in one piece, over several statements, with branches, through helpers. */
import type { FunctionBuilder } from './function.ts';

/** One call of the chain: `.where(Book.id == 1)`. */
export type Step = string;

export interface AssembleOptions {
  /** What the chain is called in variables. */
  readonly name: string;
  /** Steps that the program also runs without. */
  readonly isOptional?: (step: Step) => boolean;
}

const MOST_CONDITIONS = 2;

/** Writes the lines that build the chain, and gives the expression that is the whole of it. */
export function assemble(fn: FunctionBuilder, start: string, steps: readonly Step[], options: AssembleOptions): string {
  const { random } = fn;
  const { isOptional = () => true } = options;
  const inOnePiece = steps.length < 2 || random.chance(0.35);
  if (inOnePiece && (steps.length === 0 || random.chance(0.8))) return start + steps.join('');
  const name = fn.name(options.name);
  const first = random.between(0, Math.max(0, steps.length - 1));
  fn.line(`${name} = ${start}${steps.slice(0, first).join('')}`);
  for (let at = first; at < steps.length; at++) {
    const step = steps[at]!;
    const isBranch = isOptional(step) && fn.conditions < MOST_CONDITIONS && random.chance(0.4);
    if (isBranch) branch(fn, name, step);
    else if (random.chance(0.15) && !step.includes('\n')) helper(fn, name, step);
    else if (at === steps.length - 1 && random.chance(0.5)) return name + step;
    else fn.line(`${name} = ${name}${step}`);
  }
  return name;
}

/** `if flag: stmt = stmt.where(…)`, in one of the ways this is written. */
function branch(fn: FunctionBuilder, name: string, step: Step): void {
  const { random } = fn;
  switch (random.between(0, 4)) {
    case 0: {
      const flag = fn.condition('is_wanted');
      return fn.line(`${name} = ${name}${step} if ${flag} else ${name}`);
    }
    case 1: {
      const wanted = fn.condition('wanted', 'str | None', ["'a'", 'None']);
      return fn.block(`if ${wanted} is not None:`, () => fn.line(`${name} = ${name}${step}`));
    }
    case 2: {
      const flag = fn.condition('skips');
      fn.block(`if ${flag}:`, () => fn.line('pass'));
      return fn.block('else:', () => fn.line(`${name} = ${name}${step}`));
    }
    case 3: {
      const mode = fn.condition('mode', 'str', ["'full'", "'short'"]);
      return fn.block(`if ${mode} == "full":`, () => fn.line(`${name} = ${name}${step}`));
    }
    default: {
      const flag = fn.condition('flag');
      return fn.block(`if ${random.chance(0.3) ? 'not ' : ''}${flag}:`, () => fn.line(`${name} = ${name}${step}`));
    }
  }
}

/** `def narrowed(stmt, title): return stmt.where(…)`, called here. */
function helper(fn: FunctionBuilder, name: string, step: Step): void {
  const helperName = fn.global(fn.random.pick(['narrowed', 'arranged', 'prepared']));
  const reads = fn.localsIn(step);
  fn.before(`def ${helperName}(${['base', ...reads].join(', ')}):\n    return base${step}`);
  fn.line(`${name} = ${helperName}(${[name, ...reads].join(', ')})`);
}
