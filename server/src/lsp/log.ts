import type { RemoteConsole } from 'vscode-languageserver';

/** Lines for the output channel. They name requests, files and times; never SQL values, never secrets. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** With the place it happened; the same failure of the same work is told once. */
  crash(work: string, error: unknown): void;
}

export function createLog(console: RemoteConsole): Log {
  const told = new Set<string>();
  return {
    debug: (message) => console.debug(message),
    info: (message) => console.info(message),
    warn: (message) => console.warn(message),
    crash(work, error) {
      const line = `${work} failed: ${describe(error)}`;
      if (told.has(line) || told.size >= 1000) return;
      told.add(line);
      console.error(line);
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
