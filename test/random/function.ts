/** Writes one function of a program: its parameters with the values they are called with, its lines, what it imports. */
import type { Random } from '../harness/random.ts';
import type { Run, Written } from './program.ts';

interface Parameter {
  readonly name: string;
  readonly annotation: string;
  /** One, or both of a condition. */
  readonly values: readonly string[];
}

export class FunctionBuilder {
  readonly random: Random;
  readonly #name: string;
  readonly #parameters: Parameter[] = [];
  readonly #taken: Set<string>;
  readonly #imports = new Map<string, Set<string>>();
  readonly #before: string[] = [];
  readonly #lines: string[] = [];
  readonly #global: Set<string>;
  #depth = 1;
  #counted = 0;

  constructor(random: Random, name: string, taken: Iterable<string> = []) {
    this.random = random;
    this.#name = name;
    this.#global = new Set([name, ...taken]);
    this.#taken = new Set(this.#global);
  }

  /** A name nothing has yet. */
  name(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}_${i}`;
    this.#taken.add(name);
    return name;
  }

  /** A parameter; without a value it is one that every call has, such as `session`. */
  parameter(wanted: string, annotation: string, value: string = wanted): string {
    const name = this.name(wanted);
    this.#parameters.push({ name, annotation, values: [value] });
    return name;
  }

  /** A parameter that a condition is about: the program is run with both values. */
  condition(wanted: string, annotation = 'bool', values: readonly [string, string] = ['True', 'False']): string {
    const name = this.name(wanted);
    this.#parameters.push({ name, annotation, values });
    return name;
  }

  /** How many conditions there are: each doubles the variants. */
  get conditions(): number {
    return this.#parameters.filter(({ values }) => values.length > 1).length;
  }

  /** Which parameters and variables of the function a piece of code reads. */
  localsIn(code: string): string[] {
    const words = new Set(code.match(/(?<![.\w])[A-Za-z_]\w*/g));
    const isImported = (name: string): boolean => [...this.#imports.values()].some((names) => names.has(name));
    return [...this.#taken].filter((name) => words.has(name) && !isImported(name) && !this.#global.has(name));
  }

  /** A name of the module. */
  global(wanted: string): string {
    const name = this.name(wanted);
    this.#global.add(name);
    return name;
  }

  /** 1, 2, 3 … */
  count(): number {
    return ++this.#counted;
  }

  import(module: string, ...names: string[]): void {
    const known = this.#imports.get(module) ?? new Set();
    for (const name of names) {
      known.add(name);
      this.#taken.add(name);
    }
    this.#imports.set(module, known);
  }

  line(text: string): void {
    this.#lines.push(`${'    '.repeat(this.#depth)}${text}`);
  }

  block(header: string, write: () => void): void {
    this.line(header);
    this.#depth++;
    write();
    this.#depth--;
  }

  /** Lines of the module that stand before the function. */
  before(text: string): void {
    this.#before.push(text);
  }

  /** The module, and the calls of its function. */
  written(): Written {
    const imports = [...this.#imports]
      .filter(([, names]) => names.size > 0)
      .map(([module, names]) => `from ${module} import ${[...names].sort().join(', ')}`)
      .sort();
    const parameters = this.#parameters.map(({ name, annotation }) => `${name}: ${annotation}`).join(', ');
    const parts = [
      imports.join('\n'),
      ...this.#before,
      `def ${this.#name}(${parameters}):\n${this.#lines.join('\n')}\n`,
    ];
    return { source: parts.filter(Boolean).join('\n\n\n'), runs: this.#runs() };
  }

  #runs(): Run[] {
    let bindings: (readonly (readonly [string, string])[])[] = [[]];
    for (const { name, values } of this.#parameters)
      bindings = values.flatMap((value) => bindings.map((known) => [...known, [name, value] as const]));
    const call = `${this.#name}(${this.#parameters.map(({ name }) => name).join(', ')})`;
    return bindings.map((known) => ({
      bind: known.flatMap(([name, value]) => (name === value ? [] : [`${name} = ${value}`])).join('\n'),
      expression: call,
    }));
  }
}
