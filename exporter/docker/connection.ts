import type { EngineFacts } from '../model/world.ts';
import type { EngineApi } from './api.ts';
import { connectEngine, type EngineApiOptions } from './api.ts';
import {
  type EngineCounts,
  type EngineProduct,
  parseCounts,
  parseEngine,
  parseEngineId,
  parseHasLocalBridges,
  parseProduct,
} from './parse/engine.ts';

/** An engine that answers, and what it said of itself. */
export interface Connection {
  readonly api: EngineApi;
  readonly product: EngineProduct;
  readonly engine: EngineFacts;
  readonly engineId: string | undefined;
  /** Whether a bridge of the engine is one of its machine. */
  readonly hasLocalBridges: boolean;
  /** The engine's clock, unix milliseconds. */
  readonly connectedAtMs: number;
  readonly readAgain: (
    signal: AbortSignal,
  ) => Promise<{ readonly engine: EngineFacts; readonly counts?: EngineCounts }>;
}

export async function openConnection(options: EngineApiOptions, signal: AbortSignal): Promise<Connection> {
  const api = await connectEngine(options, signal);
  const [{ dateMs }, version, info] = await Promise.all([api.ping(signal), api.version(signal), api.info(signal)]);
  const product = parseProduct(version);
  return {
    api,
    product,
    engine: parseEngine(version, info, api.apiVersion),
    // Podman makes up another one for each answer.
    engineId: product === 'docker' ? parseEngineId(info) : undefined,
    hasLocalBridges: parseHasLocalBridges(info),
    connectedAtMs: dateMs ?? Date.now(),
    readAgain: async (from) => {
      const newInfo = await api.info(from);
      const counts = parseCounts(newInfo);
      return { engine: parseEngine(version, newInfo, api.apiVersion), ...(counts && { counts }) };
    },
  };
}
