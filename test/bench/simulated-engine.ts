// A simulated engine as a process of its own, so that its cost is not ours: SOCKET CONTAINERS
import { createSimulatedEngine } from '../../exporter/demo/engine.ts';

const [socketPath = '', containers = '0'] = process.argv.slice(2);
const engine = createSimulatedEngine({ hostName: 'bench' });
for (let index = 0; index < Number(containers); index++) {
  engine.run({
    name: `shop-web-${index}`,
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
  });
}
await engine.listen({ socketPath });
