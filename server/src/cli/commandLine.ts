/** Reads the command line into one of a few commands, or says in one line what is wrong with it. */
import { parseArgs } from 'node:util';
import type { DialectName } from '../query/program.ts';

/** A mistake of the caller: one line, exit status 2. */
export class CliError extends Error {}

export type Topic = 'general' | 'sql' | 'models' | 'check';
export type Format = 'text' | 'json';
export type CheckFormat = Format | 'sarif' | 'github';

/** `FILE:LINE[:COL]`, both counted from one, as editors and compilers print them. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

export interface SqlCommand {
  readonly command: 'sql';
  readonly paths: readonly string[];
  readonly format: Format;
  readonly dialect: DialectName | null;
  readonly driver: string | null;
  /** The ORMs of the project's own environment may run in the sandbox. */
  readonly trust: boolean;
  readonly at: Place | null;
}
export interface ModelsCommand {
  readonly command: 'models';
  readonly paths: readonly string[];
  readonly format: Format;
}
export interface CheckCommand {
  readonly command: 'check';
  readonly paths: readonly string[];
  readonly format: CheckFormat;
  /** Rules: only these; empty for those that are on by default. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  /** What an earlier run printed as JSON: its findings are passed over. */
  readonly baseline: string | null;
  readonly fix: boolean;
}
export type CommandLine =
  | SqlCommand
  | ModelsCommand
  | CheckCommand
  | { readonly command: 'help'; readonly topic: Topic }
  | { readonly command: 'version' };

const DIALECTS: readonly DialectName[] = ['postgresql', 'sqlite', 'mysql'];

export function parseCommandLine(argv: readonly string[]): CommandLine {
  const [command, ...rest] = argv;
  switch (command) {
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return { command: 'help', topic: topicOf(rest[0]) };
    case '--version':
    case '-V':
      return { command: 'version' };
    case 'sql':
    case 'models':
    case 'check':
      return parseCommand(command, rest);
    default:
      throw new CliError(`'${command}' is no command; there are sql, models and check (see ormsight --help)`);
  }
}

function parseCommand(command: 'sql' | 'models' | 'check', argv: readonly string[]): CommandLine {
  const { values, positionals } = readOptions(command, argv);
  if (values.help) return { command: 'help', topic: command };
  const at = values.at === undefined ? null : parsePlace(values.at);
  const paths = positionals.length === 0 && at ? [at.file] : positionals;
  if (paths.length === 0) throw new CliError(`${command} needs a file or a folder: ormsight ${command} PATH...`);
  if (command === 'check') {
    return {
      command,
      paths,
      format: oneOf('format', values.format ?? 'text', ['text', 'json', 'sarif', 'github'] as const),
      select: listed(values.select),
      ignore: listed(values.ignore),
      baseline: values.baseline ?? null,
      fix: values.fix ?? false,
    };
  }
  const format = oneOf('format', values.format ?? 'text', ['text', 'json'] as const);
  if (command === 'models') return { command, paths, format };
  const dialect = values.dialect === undefined ? null : oneOf('dialect', dialectName(values.dialect), DIALECTS);
  return { command, paths, format, dialect, driver: values.driver ?? null, trust: values.trust ?? false, at };
}

interface Options {
  readonly help?: boolean;
  readonly format?: string;
  readonly dialect?: string;
  readonly driver?: string;
  readonly trust?: boolean;
  readonly at?: string;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly baseline?: string;
  readonly fix?: boolean;
}

/** Which command an option belongs to, when it is not all of them. */
const OWNERS = {
  dialect: 'sql',
  driver: 'sql',
  trust: 'sql',
  at: 'sql',
  select: 'check',
  ignore: 'check',
  baseline: 'check',
  fix: 'check',
} as const;

function readOptions(
  command: 'sql' | 'models' | 'check',
  argv: readonly string[],
): { values: Options; positionals: string[] } {
  const text = { type: 'string' } as const;
  const texts = { type: 'string', multiple: true } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        format: text,
        dialect: text,
        driver: text,
        trust: { type: 'boolean' },
        at: text,
        select: texts,
        ignore: texts,
        baseline: text,
        fix: { type: 'boolean' },
      },
    });
    for (const [option, owner] of Object.entries(OWNERS)) {
      if (values[option as keyof typeof OWNERS] !== undefined && owner !== command)
        throw new CliError(`--${option} belongs to ormsight ${owner} (see ormsight ${command} --help)`);
    }
    return { values, positionals };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${(error as Error).message.split('. ')[0]} (see ormsight ${command} --help)`);
  }
}

/** `--select a,b --select c` */
function listed(values: readonly string[] = []): readonly string[] {
  return values.flatMap((value) => value.split(',')).map((id) => id.trim());
}

function parsePlace(text: string): Place {
  const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(text);
  if (!match || Number(match[2]) < 1)
    throw new CliError(`--at wants FILE:LINE or FILE:LINE:COL, counted from 1, not '${text}'`);
  return { file: match[1]!, line: Number(match[2]), column: match[3] === undefined ? null : Number(match[3]) };
}

/** What people call the three databases. */
function dialectName(text: string): string {
  const lower = text.toLowerCase();
  return lower === 'postgres' || lower === 'pg'
    ? 'postgresql'
    : lower === 'sqlite3'
      ? 'sqlite'
      : lower === 'mariadb'
        ? 'mysql'
        : lower;
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (!found) throw new CliError(`--${option} is one of ${allowed.join(', ')}, not '${value}'`);
  return found;
}

function topicOf(text: string | undefined): Topic {
  return text === 'sql' || text === 'models' || text === 'check' ? text : 'general';
}
