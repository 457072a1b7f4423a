import { z } from 'zod';

export function documents() {
  return z
    .strictObject({
      events: z.boolean().default(true).describe('Events of the engines.'),
      exec_events: z
        .boolean()
        .default(false)
        .describe('Also those of commands that run in containers, as healthchecks do: two of three events.'),
      health: z.boolean().default(true).describe("Changes of containers' health, with what the check printed."),
      probes: z.boolean().default(true).describe("Changes of probes' outcome, and each failure."),
      alerts: z.boolean().default(true).describe('What Alertmanager posts to `/alerts/webhook`.'),
      app: z.boolean().default(true).describe("This exporter's own log."),
      namespace: z
        .string()
        .regex(/^[a-z0-9][a-z0-9_.]{0,99}$/)
        .default('default')
        .meta({
          title: 'a name of up to 100 small letters, digits, dots and underscores',
          description: 'The last part of the names of data streams, `logs-harborlight.event-NAMESPACE`.',
        }),
    })
    .prefault({});
}
