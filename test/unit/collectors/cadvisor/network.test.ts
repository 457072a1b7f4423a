import { expect, test } from 'vitest';
import { network } from '../../../../exporter/collectors/cadvisor/network.ts';
import { toldOf, worldOf } from './bed.ts';

const counted = {
  interface: 'eth0',
  receiveBytes: 1,
  receivePackets: 2,
  receiveDropped: 3,
  transmitBytes: 5,
  transmitPackets: 6,
  transmitDropped: 7,
};

test('traffic is told by interface', () => {
  const sample = { networks: [{ ...counted, receiveErrors: 4, transmitErrors: 8 }] };
  expect(toldOf(network, worldOf({ sample }))).toEqual([
    'container_network_receive_bytes_total{interface="eth0"} 1',
    'container_network_receive_packets_total{interface="eth0"} 2',
    'container_network_receive_packets_dropped_total{interface="eth0"} 3',
    'container_network_receive_errors_total{interface="eth0"} 4',
    'container_network_transmit_bytes_total{interface="eth0"} 5',
    'container_network_transmit_packets_total{interface="eth0"} 6',
    'container_network_transmit_packets_dropped_total{interface="eth0"} 7',
    'container_network_transmit_errors_total{interface="eth0"} 8',
  ]);
  expect(toldOf(network).filter((line) => line.includes('interface="eth1"'))).toHaveLength(8);
});

test('errors that the engine does not count are absent, never 0', () => {
  const lines = toldOf(network, worldOf({ sample: { networks: [counted] } }));
  expect(lines).toHaveLength(6);
  expect(lines.join('\n')).not.toContain('errors');
});

test('a container without a network of its own tells of none', () => {
  expect(toldOf(network, worldOf({ sample: {} }))).toEqual([]);
});
