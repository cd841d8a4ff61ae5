import type { Program } from '../../python/types.ts';

/** Remembers answers about a program by a text that says what they are about; a program never changes. */
export function rememberPerProgram<T>(): (program: Program, key: string, compute: () => T) => T {
  const memory = new WeakMap<Program, Map<string, T>>();
  return (program, key, compute) => {
    let known = memory.get(program);
    if (!known) memory.set(program, (known = new Map()));
    if (known.has(key)) return known.get(key)!;
    const value = compute();
    known.set(key, value);
    return value;
  };
}
