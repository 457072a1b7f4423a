import { z } from 'zod';
import type { DockerEvent } from '../../model/event.ts';

const event = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string().default(''), Attributes: z.record(z.string(), z.string()).nullish() }),
  HealthStatus: z.string().optional(),
});

/**
 * One line of `GET /events`. Throws when it is not what an engine sends.
 * The time is read from the text: nineteen digits do not survive JSON.parse (R48).
 */
export function parseEvent(line: string): DockerEvent {
  const { Type: type, Action, Actor, HealthStatus } = event.parse(JSON.parse(line));
  // Inside a JSON string the quote before the colon would be escaped, so this is the engine's own field.
  const timeNano = /"timeNano":\s*(\d+)/.exec(line)?.[1];
  if (timeNano === undefined) throw new Error(`event ${type} without timeNano`);
  const [action = '', detail] = splitAction(Action);
  const status = action === 'health_status' ? (detail ?? HealthStatus) : undefined;
  return {
    type,
    action,
    ...(status !== undefined && { status }),
    actorId: Actor.ID,
    attributes: action.startsWith('exec_') ? {} : (Actor.Attributes ?? {}),
    timeNano,
  };
}

/** "health_status: unhealthy", "exec_create: /bin/sh -c …": what follows may be a command line with secrets (trap 17). */
function splitAction(action: string): readonly string[] {
  const colon = action.indexOf(':');
  return colon < 0 ? [action] : [action.slice(0, colon), action.slice(colon + 1).trim()];
}
