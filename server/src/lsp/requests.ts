import {
  type CancellationToken as LspToken,
  type Connection,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import { CancelledError, type CancellationToken } from '../base/cancellation.ts';
import type { NotificationName, RequestName } from '../protocol/messages.ts';
import type { Log } from './log.ts';
import { within } from './within.ts';

/** What a handler does, and what it answers if it crashes. */
export interface Work<Params, Result> {
  /** In logs: `hover`. */
  readonly name: string;
  answer(params: Params, cancellation: CancellationToken): Promise<Result> | Result;
  readonly otherwise: NoInfer<Result>;
  /** False for an answer that says nothing about Python files: it is given while they are still being read. */
  readonly needsFiles?: false;
  /** What the answer depends on: when this changes meanwhile, the answer is about a text that is gone. */
  readonly generation?: (params: Params) => unknown;
}

/** The edge of the server: what is thrown inside ends here, and nobody gets an answer about an old text. */
export class Requests {
  readonly #connection: Connection;
  readonly #log: Log;
  #ready: Promise<unknown> = Promise.resolve();
  #prepare: (cancellation: CancellationToken) => Promise<void> = () => Promise.resolve();

  constructor(connection: Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  /** Holds all answers back until this is done, failed, or takes too long. */
  answerAfter(work: readonly Promise<unknown>[]): void {
    const logged = work.map((part) => part.catch((error: unknown) => this.#log.crash('start', error)));
    this.#ready = within(startLimit, Promise.all(logged));
  }

  /** Awaited before each answer about files, so that these are read without holding up other messages. */
  prepareWith(work: (cancellation: CancellationToken) => Promise<void>): void {
    this.#prepare = work;
  }

  /** Makes a handler for the library: its requests have parameters and a token. */
  handle<Params, Result>(work: Work<Params, Result>): (params: Params, token: LspToken) => Promise<Result> {
    return async (params, token) => {
      const started = performance.now();
      const before = work.generation?.(params);
      try {
        // Messages that arrived together are read first: a cancellation or a newer text may be among them.
        await new Promise((resolve) => setImmediate(resolve));
        await this.#ready;
        if (token.isCancellationRequested) throw new CancelledError();
        const cancellation = fromLsp(token);
        if (work.needsFiles !== false) {
          await this.#prepare(cancellation);
          if (before !== work.generation?.(params)) throw stale();
        }
        const result = await work.answer(params, cancellation);
        if (before !== work.generation?.(params)) throw stale();
        return result;
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        if (token.isCancellationRequested)
          throw new ResponseError(LSPErrorCodes.RequestCancelled, `${work.name} was cancelled`);
        if (error instanceof CancelledError) throw stale();
        this.#log.crash(work.name, error);
        return work.otherwise;
      } finally {
        this.#log.debug(`${work.name}: ${(performance.now() - started).toFixed(1)} ms`);
      }
    };
  }

  /** Answers one of our own requests. */
  on<Params, Result>(request: RequestName<Params, Result>, work: Omit<Work<Params, Result>, 'name'>): void {
    const handler: (params: Params, token: LspToken) => Promise<unknown> = this.handle({
      name: request.method,
      ...work,
    });
    this.#connection.onRequest(request.method, handler);
  }

  notify<Params>(notification: NotificationName<Params>, params: Params): void {
    // Fails only when the client is gone, and then nobody is left to tell.
    this.#connection.sendNotification(notification.method, params).catch(() => undefined);
  }

  /** Runs what nobody waits for. */
  background(name: string, work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof CancelledError)) this.#log.crash(name, error);
    });
  }
}

/** Milliseconds. A client that does not tell its settings gets the defaults. */
const startLimit = 2000;

function stale(): ResponseError {
  return new ResponseError(LSPErrorCodes.ContentModified, 'the text changed');
}

function fromLsp(token: LspToken): CancellationToken {
  return {
    get isCancelled() {
      return token.isCancellationRequested;
    },
    onCancelled(callback) {
      if (token.isCancellationRequested) {
        callback();
        return () => undefined;
      }
      const listener = token.onCancellationRequested(callback);
      return () => listener.dispose();
    },
  };
}
