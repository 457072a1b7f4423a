import { z } from 'zod';
import type { Alert } from '../model/alert.ts';
import { texts } from '../util/any-keys.ts';

const notification = z.object({ version: z.literal('4'), alerts: z.array(z.unknown()) });

/** A document holds all of its texts, some of them twice, and is to fit into what a store takes at once. */
const MAX_CHARACTERS = 1024 * 1024;

const named = texts.refine((given) => Object.keys(given).every((name) => name.length <= 1024));
const alert = z
  .object({
    status: z.enum(['firing', 'resolved']),
    labels: named,
    annotations: named.default({}),
    // What has no whole second is Go's zero time, or as good as that.
    startsAt: z.iso.datetime({ offset: true }).refine((text) => Date.parse(text) >= 1000),
    endsAt: z.string().max(64).default(''),
    fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/),
  })
  .refine(({ labels, annotations }) => charactersOf(labels) + charactersOf(annotations) <= MAX_CHARACTERS);

function charactersOf(given: Readonly<Record<string, string>>): number {
  return Object.entries(given).reduce((sum, [name, text]) => sum + name.length + text.length, 0);
}

/** What a notification holds. */
export interface Notification {
  readonly alerts: readonly Alert[];
  /** How many more it has that are none. */
  readonly refused: number;
}

/**
 * A notification that Alertmanager sends to a webhook, version 4. Throws on what is none: a body of another shape, or
 * one in which no alert is good.
 */
export function parseNotification(body: unknown): Notification {
  const given = notification.parse(body).alerts;
  const alerts = given.flatMap((one) => alert.safeParse(one).data ?? []);
  const refused = given.length - alerts.length;
  if (refused > 0 && alerts.length === 0) throw new Error('parse a notification: none of its alerts is one');
  return { alerts, refused };
}
