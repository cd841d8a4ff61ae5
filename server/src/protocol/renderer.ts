import type { NotificationName } from './messages.ts';

/** Sent by the server whenever the renderer starts, gets ready or fails. */
export const rendererState: NotificationName<RendererState> = { method: 'ormsight/rendererState' };

export interface RendererState {
  /** `idle`: no ORM file is open yet. `failed`: it cannot be started; queries have no SQL. */
  readonly kind: 'idle' | 'starting' | 'ready' | 'failed';
  /** `SQLAlchemy 2.0`; null when idle. */
  readonly library: string | null;
  /** Why it failed, for the user. */
  readonly message: string | null;
}
