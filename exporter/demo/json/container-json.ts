import { rfc3339Nano, unixSeconds } from '../clock.ts';
import { hashOf } from '../ids.ts';
import { DEFAULT_COMMAND, DEFAULT_IMAGE, isAlive, networkModeOf, type SimulatedContainer } from '../state/container.ts';
import { type EngineState, findImage } from '../state/engine-state.ts';
import { hostConfigJson, portKey } from './host-config-json.ts';
import { manifestJson } from './image-json.ts';
import { defaultEndpointJson, endpointsJson } from './network-json.ts';
import { stateJson, statusText } from './state-json.ts';

/** An entry of the list. */
export function containerSummaryJson(
  state: EngineState,
  container: SimulatedContainer,
  { minor, size }: { readonly minor: number; readonly size: boolean },
): object {
  const command = commandOf(container);
  const { health } = container;
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: imageText(state, container),
    ImageID: container.imageId,
    ...manifestJson(state, container.imageId),
    Command: command.map((word) => (/[\s"']/.test(word) ? `'${word}'` : word)).join(' '),
    Created: unixSeconds(container.createdNano),
    Ports: summaryPorts(container),
    ...(size ? sizesJson(container) : {}),
    Labels: container.spec.labels ?? {},
    State: container.status,
    Status: statusText(container, state.clock.nowNano()),
    ...(minor >= 52 ? { Health: { Status: health?.status ?? 'none', FailingStreak: health?.failingStreak ?? 0 } } : {}),
    HostConfig: { NetworkMode: networkModeOf(container) },
    NetworkSettings: { Networks: endpointsJson(state, container) },
    Mounts: mountsJson(container),
  };
}

/** The answer of inspect. */
export function containerJson(
  state: EngineState,
  container: SimulatedContainer,
  { minor, size }: { readonly minor: number; readonly size: boolean },
): object {
  const folder = `/var/lib/docker/containers/${container.id}`;
  const [path = '', ...args] = commandOf(container);
  const containerd = state.flavour.imageStore === 'containerd';
  return {
    Id: container.id,
    Created: rfc3339Nano(container.createdNano),
    Path: path,
    Args: args,
    State: stateJson(container),
    Image: container.imageId,
    ResolvConfPath: `${folder}/resolv.conf`,
    HostnamePath: `${folder}/hostname`,
    HostsPath: `${folder}/hosts`,
    LogPath: container.spec.logDriver === 'none' ? '' : `${folder}/${container.id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: containerd ? 'overlayfs' : 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: 'docker-default',
    ExecIDs: null,
    HostConfig: hostConfigJson(container),
    GraphDriver: containerd ? { Name: 'overlayfs', Data: null } : { Name: 'overlay2', Data: overlayJson(container.id) },
    ...(size ? sizesJson(container) : {}),
    Mounts: mountsJson(container),
    Config: configJson(container),
    NetworkSettings: networkSettingsJson({ state, container, minor }),
    ...manifestJson(state, container.imageId),
  };
}

function commandOf({ spec }: SimulatedContainer): readonly string[] {
  return spec.command ?? DEFAULT_COMMAND;
}

/** When the name stands for another image by now, the list has the id instead. */
function imageText(state: EngineState, { spec: { image = DEFAULT_IMAGE }, imageId }: SimulatedContainer): string {
  return findImage(state, image)?.id === imageId ? image : imageId;
}

function sizesJson({ id }: SimulatedContainer): object {
  return { SizeRw: Number.parseInt(id.slice(0, 5), 16), SizeRootFs: 5_000_000 + Number.parseInt(id.slice(0, 6), 16) };
}

function configJson({ id, spec }: SimulatedContainer): object {
  const { healthcheck } = spec;
  return {
    Hostname: id.slice(0, 12),
    Domainname: '',
    User: '',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ...(spec.ports ? { ExposedPorts: Object.fromEntries(spec.ports.map((port) => [portKey(port), {}])) } : {}),
    Tty: spec.tty ?? false,
    OpenStdin: false,
    StdinOnce: false,
    Env: spec.env ?? null,
    Cmd: spec.command ?? DEFAULT_COMMAND,
    ...(healthcheck
      ? {
          Healthcheck: {
            Test: ['CMD-SHELL', healthcheck.command],
            Interval: healthcheck.intervalSeconds * 1e9,
            Timeout: 2e9,
            Retries: healthcheck.retries,
          },
        }
      : {}),
    Image: spec.image ?? DEFAULT_IMAGE,
    Volumes: null,
    WorkingDir: '',
    Entrypoint: null,
    OnBuild: null,
    Labels: spec.labels ?? {},
    ...(spec.stopSignal === undefined ? {} : { StopSignal: spec.stopSignal }),
  };
}

function networkSettingsJson({
  state,
  container,
  minor,
}: {
  readonly state: EngineState;
  readonly container: SimulatedContainer;
  readonly minor: number;
}): object {
  const sandbox = isAlive(container) && container.endpoints.size > 0 ? hashOf(`sandbox ${container.id}`) : '';
  const ports = isAlive(container) ? (container.spec.ports ?? []) : [];
  const legacy = {
    Bridge: '',
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    ...defaultEndpointJson(container),
  };
  return {
    SandboxID: sandbox,
    SandboxKey: sandbox === '' ? '' : `/var/run/docker/netns/${sandbox.slice(0, 12)}`,
    Ports: Object.fromEntries(
      ports.map((port) => [portKey(port), [{ HostIp: '0.0.0.0', HostPort: String(port.host) }]]),
    ),
    ...(minor < 52 ? legacy : {}),
    Networks: endpointsJson(state, container),
  };
}

function summaryPorts(container: SimulatedContainer): readonly object[] {
  const ports = isAlive(container) ? (container.spec.ports ?? []) : [];
  return ports.map(({ container: privatePort, host }) => ({
    IP: '0.0.0.0',
    PrivatePort: privatePort,
    PublicPort: host,
    Type: 'tcp',
  }));
}

function mountsJson({ spec }: SimulatedContainer): readonly object[] {
  return Object.entries(spec.volumes ?? {}).map(([name, destination]) => ({
    Type: 'volume',
    Name: name,
    Source: `/var/lib/docker/volumes/${name}/_data`,
    Destination: destination,
    Driver: 'local',
    Mode: 'z',
    RW: true,
    Propagation: '',
  }));
}

function overlayJson(id: string): object {
  const folder = `/var/lib/docker/overlay2/${hashOf(`layer ${id}`)}`;
  return {
    ID: id,
    LowerDir: `${folder}-init/diff`,
    MergedDir: `${folder}/merged`,
    UpperDir: `${folder}/diff`,
    WorkDir: `${folder}/work`,
  };
}
