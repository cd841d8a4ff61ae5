import { rendererState as rendererStateChanged } from '../../protocol/renderer.ts';
import type { Handler } from '../handler.ts';

/** Tells the client when the renderer starts, is ready, or failed. */
export const rendererState: Handler = {
  register({ session, requests }) {
    session.rendererStatus.onChange((state) => requests.notify(rendererStateChanged, state));
  },
  async start({ session, requests }) {
    const { state } = session.rendererStatus;
    if (state.kind !== 'idle') requests.notify(rendererStateChanged, state);
  },
};
