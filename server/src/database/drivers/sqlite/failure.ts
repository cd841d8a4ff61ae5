import { DatabaseError, type ProblemKind } from '../../problem.ts';

/** Turns what a SQLite library threw about a file into words. `name`: the file as the user knows it. */
export function sqliteFailure(error: unknown, name: string): DatabaseError {
  const code = resultCode(error);
  const [kind, message] = (code && failures[code]?.(name)) || ['other', `${name}: ${text(error)}.`];
  return new DatabaseError(kind, message, { cause: error });
}

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === 'BUSY' || code === 'LOCKED';
}

type Failure = (name: string) => readonly [ProblemKind, string];

/** By SQLite's primary result code, https://www.sqlite.org/rescode.html. */
const failures: Readonly<Record<string, Failure>> = {
  BUSY: (name) => ['locked', `${name} is locked by another program. Try again when it is done.`],
  LOCKED: (name) => ['locked', `${name} is locked by another program. Try again when it is done.`],
  NOTADB: (name) => ['not-a-database', `${name} is not a SQLite database, or it is encrypted.`],
  CORRUPT: (name) => ['damaged', `${name} is damaged: SQLite cannot read it.`],
  FORMAT: (name) => ['damaged', `${name} is damaged: SQLite cannot read it.`],
  CANTOPEN: (name) => ['no-access', `${name} cannot be opened.`],
  PERM: (name) => ['no-access', `${name} may not be read.`],
  IOERR: (name) => ['no-access', `${name} cannot be read from the disk.`],
  READONLY: (name) => ['other', `${name} is opened for reading only.`],
  // SQLite would have to write to finish what a program left behind when it died.
  READONLY_UNFINISHED: (name) => [
    'locked',
    `${name} was left in the middle of a change. The program that uses it will repair it.`,
  ],
};

const codes: Readonly<Record<number, string>> = {
  3: 'PERM',
  5: 'BUSY',
  6: 'LOCKED',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  14: 'CANTOPEN',
  24: 'FORMAT',
  26: 'NOTADB',
};

/** `BUSY` of better-sqlite3's `SQLITE_BUSY_RECOVERY`, or of the number 261 that Node's library gives. */
function resultCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') {
    const code = codes[error.errcode & 0xff];
    return code === 'READONLY' && error.errcode > 0xff ? 'READONLY_UNFINISHED' : code;
  }
  const [, code, detail] = 'code' in error ? (/^SQLITE_([A-Z]+)(_.*)?/.exec(String(error.code)) ?? []) : [];
  return code === 'READONLY' && detail ? 'READONLY_UNFINISHED' : code;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
