import { rfc3339Nano, unixSeconds } from '../clock.ts';
import type { SimulatedVolume } from '../state/engine-state.ts';

export function volumeJson({ name, createdNano, labels }: SimulatedVolume): object {
  return {
    CreatedAt: rfc3339Nano(BigInt(unixSeconds(createdNano)) * 1_000_000_000n),
    Driver: 'local',
    Labels: Object.keys(labels).length === 0 ? null : labels,
    Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
    Name: name,
    Options: null,
    Scope: 'local',
  };
}
