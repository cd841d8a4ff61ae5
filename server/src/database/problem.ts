/** Why a database could not be read, in words for a user. Absent databases are ordinary: nothing is logged as a crash. */
export interface DatabaseProblem {
  readonly kind: ProblemKind;
  /** One or two sentences; without secrets. */
  readonly message: string;
}

export type ProblemKind =
  /** No connection was chosen. */
  | 'no-connection'
  /** The database is not there. */
  | 'missing'
  /** Somebody else holds it; trying again may help. */
  | 'locked'
  /** It is there and is no database, or another kind of one. */
  | 'not-a-database'
  | 'damaged'
  /** The file system or the server does not let us in. */
  | 'no-access'
  /** What talks to it could not be loaded on this machine. */
  | 'no-driver'
  | 'other';

/** How drivers report a problem. Caught in `liveDatabase.ts`: outside this folder problems are values. */
export class DatabaseError extends Error {
  readonly problem: DatabaseProblem;

  constructor(kind: ProblemKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.problem = { kind, message };
  }
}
