import { type ApiReply, isTrue, jsonReply } from '../http/api.ts';
import { containerSummaryJson } from '../json/container-json.ts';
import { containersOf, imageSummaryJson } from '../json/image-json.ts';
import { volumeJson } from '../json/volume-json.ts';
import { isRunning } from '../state/container.ts';
import type { EngineState, SimulatedVolume } from '../state/engine-state.ts';
import type { RouteContext } from './index.ts';

/** Up to API 1.51 the lists themselves; from 1.53 on a summary of each kind; in 1.52 both, unless `verbose`. */
export function diskUsage({ state, request: { query }, minor }: RouteContext): ApiReply {
  const verbose = isTrue(query.get('verbose'));
  return jsonReply({
    ...(minor < 52 || (minor === 52 && !verbose) ? lists(state, minor) : {}),
    ...(minor >= 52 ? summaries(state, { minor, verbose }) : {}),
  });
}

function lists(
  state: EngineState,
  minor: number,
): Record<'Images' | 'Containers' | 'Volumes' | 'BuildCache', readonly object[]> & { readonly LayersSize: number } {
  const images = [...state.images.values()];
  return {
    LayersSize: sum(images.map(({ sizeBytes }) => sizeBytes)),
    Images: images.map((image) => ({
      ...imageSummaryJson(state, image, minor),
      Containers: containersOf(state, image),
      SharedSize: 0,
    })),
    Containers: [...state.containers.values()].map((one) => containerSummaryJson(state, one, { minor, size: true })),
    Volumes: [...state.volumes.values()].map((volume) => ({
      ...volumeJson(volume),
      UsageData: { RefCount: usersOf(state, volume), Size: volume.sizeBytes },
    })),
    BuildCache: [],
  };
}

function summaries(
  state: EngineState,
  { minor, verbose }: { readonly minor: number; readonly verbose: boolean },
): object {
  const { Images, Containers, Volumes, LayersSize } = lists(state, minor);
  const images = [...state.images.values()];
  const volumes = [...state.volumes.values()];
  const unused = images.filter((image) => containersOf(state, image) === 0);
  const idle = volumes.filter((volume) => usersOf(state, volume) === 0);
  const items = (list: readonly object[]): object => (verbose ? { Items: list } : {});
  return {
    ImageUsage: {
      ActiveCount: images.length - unused.length,
      TotalCount: images.length,
      Reclaimable: sum(unused.map(({ sizeBytes }) => sizeBytes)),
      TotalSize: LayersSize,
      ...items(Images),
    },
    ContainerUsage: {
      ActiveCount: [...state.containers.values()].filter(isRunning).length,
      TotalCount: state.containers.size,
      Reclaimable: 0,
      TotalSize: 0,
      ...items(Containers),
    },
    VolumeUsage: {
      ActiveCount: volumes.length - idle.length,
      TotalCount: volumes.length,
      Reclaimable: sum(idle.map(({ sizeBytes }) => sizeBytes)),
      TotalSize: sum(volumes.map(({ sizeBytes }) => sizeBytes)),
      ...items(Volumes),
    },
    BuildCacheUsage: { ActiveCount: 0, TotalCount: 0, Reclaimable: 0, TotalSize: 0, ...items([]) },
  };
}

function usersOf({ containers }: EngineState, { name }: SimulatedVolume): number {
  return [...containers.values()].filter(({ spec }) => name in (spec.volumes ?? {})).length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
