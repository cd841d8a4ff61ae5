/** Where models and fields are declared, without keeping offsets: they are looked up when somebody asks. */
import type { TextRange } from '../base/text.ts';
import type { Program } from '../python/types.ts';
import { members } from './classes.ts';
import type { Declared } from './model.ts';

const NOWHERE: TextRange = { start: 0, end: 0 };

/** Knows the newest program, so that a graph that outlives many edits still points at the right characters. */
export class Locator {
  program: Program | null = null;

  /** `names` leads from the module to the declaration: a class or variable, then an attribute of that class. */
  at(path: string, ...names: readonly string[]): Declared {
    return new Place(this, path, names);
  }

  find(path: string, names: readonly string[]): TextRange {
    const file = this.program?.file(path);
    const [outer, inner] = names;
    if (!file || outer === undefined) return NOWHERE;
    const bindings = file.scope.bindings.get(outer) ?? [];
    const binding = bindings.findLast((each) => each.kind === 'class') ?? bindings.at(-1);
    if (!binding) return NOWHERE;
    if (inner === undefined || binding.kind !== 'class') return rangeOf(binding.range);
    const member = [...members(binding.node)].findLast((each) => each.name === inner);
    return rangeOf(member?.at ?? binding.range);
  }
}

/** A model of a library has no place in the workspace. */
export const ELSEWHERE: Declared = { path: '', range: NOWHERE };

class Place implements Declared {
  readonly path: string;
  readonly #locator: Locator;
  readonly #names: readonly string[];

  constructor(locator: Locator, path: string, names: readonly string[]) {
    this.path = path;
    this.#locator = locator;
    this.#names = names;
  }

  get range(): TextRange {
    return this.#locator.find(this.path, this.#names);
  }
}

function rangeOf(range: TextRange): TextRange {
  return { start: range.start, end: range.end };
}
