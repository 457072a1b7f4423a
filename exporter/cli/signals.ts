/** What of the process hears signals. */
export interface SignalSource {
  readonly on: (signal: 'SIGHUP', listener: () => void) => unknown;
}

/** Hears SIGHUP from now on, which else ends the process; what came before there is a callback is made up for. */
export function createReloadSignal(source: SignalSource): (callback: () => void) => void {
  let isPending = false;
  let notify = () => {
    isPending = true;
  };
  source.on('SIGHUP', () => notify());
  return (callback) => {
    notify = callback;
    if (isPending) callback();
  };
}
