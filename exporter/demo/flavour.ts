/** What differs between engines, as data. */
export interface Flavour {
  readonly version: string;
  readonly apiVersion: string;
  readonly minApiVersion: string;
  readonly cgroupVersion: 1 | 2;
  readonly imageStore: 'overlay2' | 'containerd';
  /** Before 23.0.8, 24.0.7 and 25.0 a one-shot call waits for the collector's next tick. */
  readonly oneShot: 'direct' | 'tick';
}

export const FLAVOURS = {
  '20.10': {
    version: '20.10.24',
    apiVersion: '1.41',
    minApiVersion: '1.12',
    cgroupVersion: 2,
    imageStore: 'overlay2',
    oneShot: 'tick',
  },
  '28.5': {
    version: '28.5.2',
    apiVersion: '1.51',
    minApiVersion: '1.24',
    cgroupVersion: 2,
    imageStore: 'overlay2',
    oneShot: 'direct',
  },
  '29.0': {
    version: '29.0.4',
    apiVersion: '1.52',
    minApiVersion: '1.44',
    cgroupVersion: 2,
    imageStore: 'containerd',
    oneShot: 'direct',
  },
  '29.1': {
    version: '29.1.3',
    apiVersion: '1.53',
    minApiVersion: '1.44',
    cgroupVersion: 2,
    imageStore: 'containerd',
    oneShot: 'direct',
  },
} as const satisfies Record<string, Flavour>;

/** The part after the point: 1.51 is 51. All API versions are 1.x. */
export function minorOf(apiVersion: string): number {
  return Number(apiVersion.slice(2));
}

/** 28 of 28.5.2. */
export function majorOf(flavour: Flavour): number {
  return Number.parseInt(flavour.version, 10);
}
