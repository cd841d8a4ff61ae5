/** Tells running work that nobody waits for it any more. Long synchronous work asks between files. */
export interface CancellationToken {
  readonly isCancelled: boolean;
  /** Calls back once when cancelled (at once if it already is); the returned function takes the callback away. */
  onCancelled(callback: () => void): () => void;
}

export class CancelledError extends Error {
  constructor() {
    super('cancelled');
    this.name = 'CancelledError';
  }
}

/** Throws `CancelledError` when the work is no longer wanted. */
export function throwIfCancelled(token: CancellationToken | undefined): void {
  if (token?.isCancelled) throw new CancelledError();
}

export const neverCancelled: CancellationToken = { isCancelled: false, onCancelled: () => () => undefined };

export class CancellationSource {
  readonly token: CancellationToken;
  #cancelled = false;
  readonly #callbacks = new Set<() => void>();

  constructor() {
    const isCancelled = () => this.#cancelled;
    this.token = {
      get isCancelled() {
        return isCancelled();
      },
      onCancelled: (callback) => {
        if (this.#cancelled) {
          callback();
          return () => undefined;
        }
        this.#callbacks.add(callback);
        return () => this.#callbacks.delete(callback);
      },
    };
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    const callbacks = [...this.#callbacks];
    this.#callbacks.clear();
    for (const callback of callbacks) callback();
  }
}

/** Waits no longer than somebody wants to; the work goes on. */
export async function orCancelled<T>(work: Promise<T>, token: CancellationToken | undefined): Promise<T> {
  if (!token) return work;
  let release = (): void => undefined;
  const cancelled = new Promise<never>((_, reject) => {
    release = token.onCancelled(() => reject(new CancelledError()));
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    release();
  }
}
