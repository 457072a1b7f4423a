import { createEngineClient } from './engine-client.ts';

export interface PlainFleetOptions {
  /** `none` is quicker to start. */
  readonly network?: 'bridge' | 'none';
}

const AT_ONCE = 8;

/** Starts containers that do nothing, have no health check and all run: `plain-1` and so on, with the labels that Compose gives. */
export const startPlainFleet = async (
  socketPath: string,
  count: number,
  { network = 'bridge' }: PlainFleetOptions = {},
): Promise<void> => {
  const client = createEngineClient(socketPath, AT_ONCE);
  let last = 0;
  const startSome = async () => {
    while (last < count) {
      const number = ++last;
      const settings = { Cmd: ['sleep', '1000000'], Labels: labelsOf(number), HostConfig: { NetworkMode: network } };
      const id = await client.create(`plain-${number}`, '', settings);
      await client.ask('POST', `/containers/${id}/start`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, startSome));
  await client.close();
};

const labelsOf = (number: number): Readonly<Record<string, string>> => {
  const labels = {
    project: 'plain',
    service: `service-${number % 10}`,
    'container-number': String(number),
    oneoff: 'False',
    'config-hash': '5d1c0e6d8ac6d0d0a5b8c3c8f9f5e2a7b4c6d1e0f9a8b7c6d5e4f3a2b1c0d9e8',
    'project.config_files': '/srv/plain/compose.yml',
    'project.working_dir': '/srv/plain',
  };
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`com.docker.compose.${key}`, value]));
};
