import { type MessageConnection, ResponseError } from 'vscode-languageserver/node';
import { percentile } from '../interleaved.ts';
import { workedMilliseconds } from '../processes.ts';

export interface Kind {
  readonly name: string;
  /** Milliseconds on the clock. */
  readonly times: readonly number[];
  /** Milliseconds that the server worked for each. */
  readonly worked: readonly number[];
  /** Told to ask again, since the text had changed meanwhile. */
  readonly stale: number;
  readonly failed: number;
  readonly unanswered: number;
}

type Ending = { kind: 'answered'; value: unknown } | { kind: 'failed'; error: unknown };

/** Sends requests and keeps how long each took and how it ended. */
export class Record {
  readonly #connection: MessageConnection;
  readonly #pid: number;
  readonly #kinds = new Map<
    string,
    { times: number[]; worked: number[]; stale: number; failed: number; unanswered: number }
  >();
  /** What went wrong, and the slowest, in words; the first hundred. */
  readonly incidents: string[] = [];

  constructor(connection: MessageConnection, pid: number) {
    this.#connection = connection;
    this.#pid = pid;
  }

  get kinds(): Kind[] {
    return [...this.#kinds].map(([name, kind]) => ({ name, ...kind }));
  }

  get requests(): number {
    return this.kinds.reduce((sum, { times, unanswered }) => sum + times.length + unanswered, 0);
  }

  /** The answer, or null when it failed, was stale or did not come. `kind` says in what situation it was asked. */
  async ask<T>(kind: string, method: string, params: object): Promise<T | null> {
    let record = this.#kinds.get(kind);
    if (!record) this.#kinds.set(kind, (record = { times: [], worked: [], stale: 0, failed: 0, unanswered: 0 }));
    const before = workedMilliseconds(this.#pid);
    const started = performance.now();
    const answer = await Promise.race([this.#send(method, params), patience()]);
    const took = performance.now() - started;
    if (answer.kind === 'late') {
      record.unanswered++;
      this.#note(`${kind}: no answer within ${patienceSeconds} s`);
      return null;
    }
    const worked = workedMilliseconds(this.#pid) - before;
    record.times.push(took);
    record.worked.push(worked);
    if (took > limit)
      this.#note(`${kind}: ${Math.round(took)} ms, ${Math.round(worked)} of them work, request ${this.requests}`);
    if (answer.kind === 'answered') return answer.value as T;
    if (answer.error instanceof ResponseError && staleCodes.includes(answer.error.code)) record.stale++;
    else {
      record.failed++;
      this.#note(`${kind}: ${String(answer.error)}`);
    }
    return null;
  }

  async #send(method: string, params: object): Promise<Ending> {
    try {
      return { kind: 'answered', value: await this.#connection.sendRequest(method, params) };
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  #note(incident: string): void {
    if (this.incidents.length < 100) this.incidents.push(incident);
  }
}

/** Milliseconds: no request may take longer. */
export const limit = 1000;

/** After this a request counts as unanswered. */
const patienceSeconds = 30;

/** ContentModified, RequestCancelled, ServerCancelled. */
const staleCodes = [-32801, -32800, -32802];

function patience(): Promise<{ kind: 'late' }> {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ kind: 'late' }), patienceSeconds * 1000).unref();
  });
}

export function worst(times: readonly number[]): number {
  return percentile(times, 100);
}
