import { CancellationSource, type CancellationToken } from '../base/cancellation.ts';

/** What is promised if it comes in time, else `late`; the work goes on. A failure after that is nobody's any more. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Work that goes on after its reader was told that it takes longer. Only the last such work does, the one before it is
 * cancelled: each holds on to all it is made from, and what is slow would never catch up.
 */
export class GoingOn {
  #last: CancellationSource | null = null;

  /**
   * As `within`, with the patience that is left once the work is started. The work has a token of its own: its reader's
   * counts until it is late.
   */
  async within<T>(
    patience: () => number,
    cancellation: CancellationToken,
    start: (cancellation: CancellationToken) => Promise<T>,
  ): Promise<T | 'late'> {
    const work = new CancellationSource();
    const release = cancellation.onCancelled(() => work.cancel());
    const promise = start(work.token);
    const outcome = await within(patience(), promise).finally(release);
    if (outcome === 'late') {
      this.#last?.cancel();
      this.#last = work;
    }
    return outcome;
  }
}
