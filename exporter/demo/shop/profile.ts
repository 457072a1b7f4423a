import type { Load } from '../state/usage.ts';
import { createWalk } from './random.ts';

/** What a service uses on average, and how much of it follows the hour. */
export interface Profile {
  readonly cpuCores: number;
  readonly memoryMiB: number;
  readonly cacheMiB: number;
  readonly receiveKiBps: number;
  readonly transmitKiBps: number;
  readonly readKiBps: number;
  readonly writeKiBps: number;
  readonly processes: number;
  /** 0 is the same by day and night, 1 sleeps at night. */
  readonly daily: number;
}

/** A day of the shop, so that one sees it in a graph of an hour. */
const DAY_SECONDS = 20 * 60;
const KIB = 1024;
const MIB = 1024 * KIB;

/** The profile, moved by the hour and a walk of the container's own. Time runs `speed` times as fast. */
export function createLoad(profile: Profile, { seed, speed }: { readonly seed: string; readonly speed: number }): Load {
  const busy = createWalk(`${seed} busy`, 30);
  const fill = createWalk(`${seed} fill`, 120);
  return (elapsedSeconds) => {
    const seconds = elapsedSeconds * speed;
    const work = hourOf(seconds, profile.daily) * (0.6 + 0.8 * busy(seconds));
    const memory = 0.85 + 0.3 * fill(seconds);
    return {
      cpuCores: profile.cpuCores * work,
      anonBytes: profile.memoryMiB * MIB * memory,
      cacheBytes: profile.cacheMiB * MIB * memory,
      receiveBytesPerSecond: profile.receiveKiBps * KIB * work,
      transmitBytesPerSecond: profile.transmitKiBps * KIB * work,
      readBytesPerSecond: profile.readKiBps * KIB * work,
      writeBytesPerSecond: profile.writeKiBps * KIB * work,
      processes: profile.processes * (0.9 + 0.2 * busy(seconds)),
    };
  };
}

/** The load with memory that grows from `sinceSeconds` on until somebody ends it. */
export function leaking(
  load: Load,
  {
    sinceSeconds,
    mibPerSecond,
    speed,
  }: { readonly sinceSeconds: number; readonly mibPerSecond: number; readonly speed: number },
): Load {
  return (elapsedSeconds) => {
    const rates = load(elapsedSeconds);
    const leaked = Math.max(0, elapsedSeconds - sinceSeconds) * speed * mibPerSecond * MIB;
    return { ...rates, anonBytes: rates.anonBytes + leaked };
  };
}

/** 1 on average; with daily = 1 from 0 in the night to 2 at noon. */
function hourOf(seconds: number, daily: number): number {
  return 1 - daily * Math.cos((2 * Math.PI * seconds) / DAY_SECONDS);
}
