import { hashOf } from '../ids.ts';
import type { ContainerSpec } from '../state/container.ts';
import { createLoad } from './profile.ts';
import type { Service } from './services.ts';

/** How Compose would run one container of a service. */
export function composeSpec(
  service: Service,
  { number, seed, speed }: { readonly number: number; readonly seed: string; readonly speed: number },
): ContainerSpec {
  const { project, service: serviceName, image } = service;
  const name = `${project}-${serviceName}-${number}`;
  return {
    name,
    image,
    labels: composeLabels(service, number),
    networks: service.networks ?? [`${project}_default`],
    restart: service.restart ?? { policy: 'unless-stopped' },
    load: createLoad(service.profile, { seed: `${seed} ${name}`, speed }),
    ...(service.limits ? { limits: service.limits } : {}),
    ...(service.healthcheck ? { healthcheck: service.healthcheck } : {}),
    ...(service.ports ? { ports: service.ports } : {}),
    ...(service.data === undefined ? {} : { volumes: { [`${project}_${serviceName}-data`]: service.data } }),
    ...(service.logDriver ? { logDriver: service.logDriver } : {}),
  };
}

function composeLabels({ project, service, image }: Service, number: number): Readonly<Record<string, string>> {
  const folder = `/srv/${project}`;
  return {
    'com.docker.compose.config-hash': hashOf(`${project} ${service} ${image}`),
    'com.docker.compose.container-number': String(number),
    'com.docker.compose.depends_on': '',
    'com.docker.compose.image': `sha256:${hashOf(image)}`,
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.project': project,
    'com.docker.compose.project.config_files': `${folder}/compose.yaml`,
    'com.docker.compose.project.working_dir': folder,
    'com.docker.compose.service': service,
    'com.docker.compose.version': '2.40.3',
  };
}
