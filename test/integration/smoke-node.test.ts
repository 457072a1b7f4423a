import { expect, onTestFinished, test } from 'vitest';
import { startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { nodeProgram } from '../bed/paths.ts';

test.each(['22', '24'] as const)('runs on Node %s', needing('node-22', 'node-24'), async (version) => {
  const exporter = await startExporter({ command: 'demo', node: nodeProgram(version) });
  onTestFinished(exporter.stop);
  const { status, text } = await exporter.scrape();
  expect(status).toBe(200);
  expect(text).toContain('docker_up{host="demo"} 1\n');
  expect(text.match(/^docker_container_info\{/gm)).toHaveLength(30);
  expect(text).toContain(`nodejs_version_info{version="v${version}.`);
  await exporter.stop();
  expect(await exporter.ended).toBe(0);
  expect(exporter.log()).not.toMatch(/Warning: /);
});
