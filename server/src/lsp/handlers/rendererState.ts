import { rendererState as rendererStateChanged } from '../../protocol/renderer.ts';
import type { Handler } from '../handler.ts';

/** Tells the client when the renderer starts, is ready, or failed. */
export const rendererState: Handler = {
  register({ session, requests }) {
    session.onRendererState((state) => requests.notify(rendererStateChanged, state));
  },
};
