import { projectNames } from '../../util/project-names.ts';
import { redactText } from '../redact.ts';

/** What runs containers, as ECS calls it. */
export type ContainerRuntime = 'docker' | 'podman';

/** A container as documents tell of it. */
export interface DocumentContainer {
  /** 64 hex characters: metrics carry the first twelve. */
  readonly id: string;
  readonly name?: string | undefined;
  /** As configured. */
  readonly image?: string | undefined;
  /** All of them, or the attributes of an event: only the names of project and service are taken. */
  readonly labels: Readonly<Record<string, string>>;
  readonly runtime?: ContainerRuntime | undefined;
}

/** What every document of a container carries of it, so that one filter finds all of them. */
export interface ContainerFields {
  readonly container: {
    readonly id: string;
    readonly name?: string;
    readonly image?: { readonly name: string; readonly tag?: readonly [string] };
    readonly runtime: ContainerRuntime;
  };
  readonly service?: { readonly name: string };
  readonly harborlight: {
    readonly container: {
      readonly short_id: string;
      readonly compose_project?: string;
      readonly compose_service?: string;
    };
  };
}

export function containerFields({ id, name, image, labels, runtime = 'docker' }: DocumentContainer): ContainerFields {
  // Of one without a name Swarm's labels prove nothing.
  const names = projectNames({ name: name ?? '', labels });
  const [project, service] = [labelText(names.project), labelText(names.service)];
  return {
    container: {
      id,
      ...(name !== undefined && { name }),
      ...(image !== undefined && image !== '' && { image: parseImage(image) }),
      runtime,
    },
    ...(service !== undefined && { service: { name: service } }),
    harborlight: {
      container: {
        short_id: id.slice(0, 12),
        ...(project !== undefined && { compose_project: project }),
        ...(service !== undefined && { compose_service: service }),
      },
    },
  };
}

/** A store takes no keyword of more than 32,766 bytes, and whoever starts a container chooses its labels. */
const MAX_LABEL_CHARACTERS = 1024;

function labelText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : redactText(text, MAX_LABEL_CHARACTERS);
}

/** `registry:5000/shop/web:1.2@sha256:…` → registry:5000/shop/web, 1.2. */
function parseImage(reference: string): { readonly name: string; readonly tag?: readonly [string] } {
  const [untilDigest = reference] = reference.split('@', 1);
  const tag = /:([^/:]+)$/.exec(untilDigest)?.[1];
  // An image without a name goes by its id, sha256:….
  if (tag === undefined || untilDigest.startsWith('sha256:')) return { name: untilDigest };
  return { name: untilDigest.slice(0, -tag.length - 1), tag: [tag] };
}
