import type { ServerResponse } from 'node:http';

export interface InFlight {
  /** Fires when the response's client is gone before it had all, or when the server stops. */
  readonly signalOf: (response: ServerResponse) => AbortSignal;
  readonly abortAll: () => void;
}

export function createInFlight(): InFlight {
  const controllers = new Set<AbortController>();
  return {
    signalOf(response) {
      const controller = new AbortController();
      controllers.add(controller);
      const end = () => {
        controllers.delete(controller);
        if (!response.writableFinished) controller.abort();
      };
      response.once('close', end);
      if (response.destroyed) end();
      return controller.signal;
    },
    abortAll() {
      for (const controller of controllers) controller.abort();
    },
  };
}
