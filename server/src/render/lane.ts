import type { HostProcess, HostReply } from './hostProcess.ts';
import type { Launcher } from './launcher.ts';

/** One request that waits for, or runs in, the Python of its library. */
export interface Job {
  /** Whether someone looks at it now. */
  isInteractive(): boolean;
  /** Whether anyone still waits for it; it is left out when its turn comes and nobody does. */
  isWanted(): boolean;
  /** Talks to the process until it has a reply. Never rejects. */
  run(host: HostProcess): Promise<HostReply>;
  settle(outcome: JobOutcome): void;
}

export type JobOutcome =
  | HostReply
  | { readonly kind: 'cancelled' }
  /** Python cannot be started. */
  | { readonly kind: 'unavailable'; readonly message: string };

/** The queue in front of one library's Python, with the process behind it. */
export interface Lane {
  /** When it was last used, in milliseconds since 1970. */
  readonly lastUsed: number;
  /** Starts Python if it is not running. */
  warmUp(): void;
  add(job: Job): void;
  /** Ends the process when nothing is waiting; the next job starts one anew. */
  rest(): void;
  dispose(): void;
}

export interface LaneOptions {
  readonly launcher: Launcher;
  readonly onStateChange: (state: 'starting' | 'ready' | 'failed', message: string | null) => void;
  /** Called when a request ended its process. */
  readonly onCutOff: (reply: HostReply & { kind: 'cutOff' }) => void;
}

/** A request that takes this long may well hang: another process gets ready to take over. */
const spareAfter = 1_000;

/** How long the spare is kept when the request came to an end after all. */
const spareKeptFor = 20_000;

/** Making a snapshot takes a whole core for some seconds: not while queries are being answered. */
const snapshotAfterIdle = 3_000;

/** So many processes that died by themselves, one after the other, say that the snapshot may be to blame. */
const suspiciousCrashes = 3;

/** Python that could not be started is not tried again before. */
const retryAfter = 30_000;

export function openLane({ launcher, onStateChange, onCutOff }: LaneOptions): Lane {
  const queue: Job[] = [];
  let current: HostProcess | null = null;
  /** A process that is being started, or that stands by. */
  let next: Promise<HostProcess> | null = null;
  let spareTimer: NodeJS.Timeout | undefined;
  let snapshotTimer: NodeJS.Timeout | undefined;
  let failure: { readonly message: string; readonly at: number } | null = null;
  let crashes = 0;
  let isWorking = false;
  let isDisposed = false;
  let lastUsed = Date.now();

  return {
    get lastUsed() {
      return lastUsed;
    },
    warmUp() {
      lastUsed = Date.now();
      void usableProcess().then(planSnapshot, () => undefined);
    },
    add(job) {
      lastUsed = Date.now();
      queue.push(job);
      void work();
    },
    rest() {
      if (!isWorking) endProcesses();
    },
    dispose() {
      isDisposed = true;
      endProcesses();
      for (const job of queue.splice(0)) job.settle({ kind: 'cancelled' });
    },
  };

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    clearTimeout(snapshotTimer);
    for (let job = takeNext(); job; job = takeNext()) job.settle(await outcomeOf(job));
    isWorking = false;
    planSnapshot();
  }

  /** The newest interactive job, for that is what the user looks at now; then the others in their order. */
  function takeNext(): Job | undefined {
    const at = queue.findLastIndex((job) => job.isInteractive());
    return queue.splice(Math.max(at, 0), 1)[0];
  }

  async function outcomeOf(job: Job): Promise<JobOutcome> {
    if (!job.isWanted()) return { kind: 'cancelled' };
    let host: HostProcess;
    try {
      host = await usableProcess();
    } catch (error) {
      return isDisposed ? { kind: 'cancelled' } : { kind: 'unavailable', message: (error as Error).message };
    }
    if (!job.isWanted()) return { kind: 'cancelled' };
    const timer = setTimeout(prepareSpare, spareAfter);
    const reply = await job.run(host);
    clearTimeout(timer);
    lastUsed = Date.now();
    if (reply.kind === 'cutOff') onCutOff(reply);
    crashes = reply.kind === 'cutOff' && reply.reason === 'crash' ? crashes + 1 : 0;
    if (crashes >= suspiciousCrashes) await launcher.dropSnapshot();
    if (!host.isUsable) replaceProcess();
    return reply;
  }

  async function usableProcess(): Promise<HostProcess> {
    if (current?.isUsable) return current;
    if (failure && Date.now() - failure.at < retryAfter) throw new Error(failure.message);
    onStateChange('starting', null);
    try {
      // What stands by may have died since; what is started now has not.
      current = await (next ??= launcher.launch());
      next = null;
      if (!current.isUsable) current = await launcher.launch();
      if (isDisposed) {
        current.kill();
        throw new Error('The renderer has been shut down');
      }
    } catch (error) {
      next = null;
      if (isDisposed) throw error;
      failure = { message: (error as Error).message, at: Date.now() };
      onStateChange('failed', failure.message);
      throw error;
    }
    clearTimeout(spareTimer);
    failure = null;
    onStateChange('ready', null);
    return current;
  }

  function prepareSpare(): void {
    if (isDisposed) return;
    next ??= launcher.launch();
    next.catch(() => undefined);
    clearTimeout(spareTimer);
    spareTimer = setTimeout(dropSpare, spareKeptFor);
    spareTimer.unref();
  }

  function dropSpare(): void {
    if (!current?.isUsable) return;
    next?.then(
      (host) => host.kill(),
      () => undefined,
    );
    next = null;
  }

  function replaceProcess(): void {
    current = null;
    if (!isDisposed) usableProcess().catch(() => undefined);
  }

  function planSnapshot(): void {
    clearTimeout(snapshotTimer);
    if (isDisposed) return;
    snapshotTimer = setTimeout(() => {
      if (!isWorking && current?.isUsable) void launcher.saveSnapshot();
    }, snapshotAfterIdle);
    snapshotTimer.unref();
  }

  function endProcesses(): void {
    clearTimeout(snapshotTimer);
    clearTimeout(spareTimer);
    current?.kill();
    current = null;
    next?.then(
      (host) => host.kill(),
      () => undefined,
    );
    next = null;
  }
}
