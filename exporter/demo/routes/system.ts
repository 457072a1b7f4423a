import { majorOf } from '../flavour.ts';
import { type ApiReply, jsonReply } from '../http/api.ts';
import type { RouteContext } from './index.ts';
import { KERNEL_VERSION } from './info.ts';

export function ping({ state }: RouteContext): ApiReply {
  return {
    status: 200,
    headers: {
      ...(majorOf(state.flavour) >= 23 ? { 'Builder-Version': '2', Swarm: 'inactive' } : {}),
      'Cache-Control': 'no-cache, no-store, must-revalidate',
      'Content-Type': 'text/plain; charset=utf-8',
      Pragma: 'no-cache',
    },
    body: 'OK',
  };
}

export function version({ state: { flavour } }: RouteContext): ApiReply {
  const { version: engineVersion, apiVersion, minApiVersion } = flavour;
  const build = { GitCommit: '0badcaf', GoVersion: 'go1.24.9', Os: 'linux', Arch: 'amd64' };
  const times = { KernelVersion: KERNEL_VERSION, BuildTime: '2025-11-05T14:00:00.000000000+00:00' };
  const details = { ApiVersion: apiVersion, ...build, ...times, Experimental: 'false', MinAPIVersion: minApiVersion };
  return jsonReply({
    Platform: { Name: 'Docker Engine - Community' },
    Components: [
      { Name: 'Engine', Version: engineVersion, Details: details },
      { Name: 'containerd', Version: '2.1.5', Details: { GitCommit: '0badcaf' } },
      { Name: 'runc', Version: '1.3.3', Details: { GitCommit: '0badcaf' } },
      { Name: 'docker-init', Version: '0.19.0', Details: { GitCommit: 'de40ad0' } },
    ],
    Version: engineVersion,
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    ...build,
    ...times,
  });
}
