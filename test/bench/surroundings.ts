import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';

/** Where and when figures were measured: they mean nothing without it. */
export function describeSurroundings(): string {
  const [cpu] = cpus();
  const isVirtual = /^flags\s*:.*\bhypervisor\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
  const machine = `${cpus().length} cores of ${isVirtual ? 'a virtual machine on ' : ''}${cpu?.model.trim() ?? 'an unknown processor'}`;
  const day = new Date().toISOString().slice(0, 10);
  return `${machine}, Linux ${release()}, Node.js ${process.versions.node}, ${day}`;
}
