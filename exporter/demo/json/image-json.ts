import { rfc3339Nano, unixSeconds } from '../clock.ts';
import { hashOf } from '../ids.ts';
import { DEFAULT_COMMAND } from '../state/container.ts';
import type { EngineState, SimulatedImage } from '../state/engine-state.ts';

/** An entry of the image list. */
export function imageSummaryJson(state: EngineState, image: SimulatedImage, minor: number): object {
  return {
    Containers: minor >= 51 ? containersOf(state, image) : -1,
    Created: unixSeconds(image.createdNano),
    Id: image.id,
    Labels: null,
    ParentId: '',
    RepoDigests: digestsOf(image),
    RepoTags: image.tags,
    SharedSize: -1,
    Size: image.sizeBytes,
    ...(minor < 44 ? { VirtualSize: image.sizeBytes } : {}),
    ...(state.flavour.imageStore === 'containerd' ? { Descriptor: descriptor(image.id) } : {}),
  };
}

/** The answer of an image's inspect. */
export function imageJson(state: EngineState, image: SimulatedImage): object {
  const containerd = state.flavour.imageStore === 'containerd';
  return {
    Id: image.id,
    RepoTags: image.tags,
    RepoDigests: digestsOf(image),
    Created: rfc3339Nano(image.createdNano),
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.sizeBytes,
    GraphDriver: containerd ? { Name: 'overlayfs', Data: null } : { Name: 'overlay2', Data: {} },
    RootFS: { Type: 'layers', Layers: [`sha256:${hashOf(`layer of ${image.id}`)}`] },
    Metadata: { LastTagTime: rfc3339Nano(image.createdNano) },
    Config: { Cmd: DEFAULT_COMMAND, Env: ['PATH=/usr/local/bin:/usr/bin:/bin'] },
    ...(containerd ? { Descriptor: descriptor(image.id) } : {}),
  };
}

/** Found at containers when the image store is containerd's. */
export function manifestJson(state: EngineState, imageId: string): object {
  return state.flavour.imageStore === 'containerd' ? { ImageManifestDescriptor: descriptor(imageId) } : {};
}

export function containersOf(state: EngineState, { id }: SimulatedImage): number {
  return [...state.containers.values()].filter(({ imageId }) => imageId === id).length;
}

function digestsOf({ id, tags }: SimulatedImage): readonly string[] {
  return tags.map((tag) => `${tag.replace(/:[^:/]*$/, '')}@${id}`);
}

function descriptor(digest: string): object {
  return { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1024 };
}
