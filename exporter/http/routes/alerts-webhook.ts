import type { RequestHandler } from 'express';
import type { Alert } from '../../model/alert.ts';
import { type Notification, parseNotification } from '../alertmanager.ts';
import type { TokenVerdict } from '../auth/heartbeat-tokens.ts';
import type { Login, Verdict } from '../auth/login.ts';
import type { CredentialAttempt } from '../auth/webhook-credentials.ts';
import { HttpFault } from '../fault.ts';
import { readBody } from '../request-body.ts';

export interface AlertsWebhookOptions {
  /** Whether nobody's alerts are taken now. */
  readonly isClosed?: () => boolean;
  /** Whether a request may tell of alerts; undefined: whoever may see the other pages. */
  readonly authorize: (attempt: CredentialAttempt) => TokenVerdict | undefined;
  /** Resolves when they are safe. */
  readonly append: (alerts: readonly Alert[]) => Promise<void>;
  /** Called when so many of a notification's alerts are none, and the others are kept. */
  readonly onRefused: (count: number) => void;
}

/** A thousand alerts are half a MiB, and Alertmanager may put all that there are into one notification. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const RETRY_SECONDS = 10;

/**
 * Alertmanager's webhook. 200 only when the alerts are safe; it sends again what is answered with 5xx, and throws away
 * what is answered with 4xx.
 */
export function alertsWebhook(options: AlertsWebhookOptions, login: Login): RequestHandler {
  const { isClosed, authorize, append, onRefused } = options;
  return async (request, response) => {
    if (isClosed?.() === true) throw new HttpFault(404, 'No alerts are taken: `documents.alerts` is off.');
    const attempt = { authorization: request.get('Authorization'), address: request.socket.remoteAddress ?? '' };
    const verdict = authorize(attempt);
    demandCredentials(verdict ?? (await login.check(attempt.authorization, attempt.address)));
    // A page in somebody's browser may post texts to us, but JSON only with our consent.
    if (request.is('json') === false) throw new HttpFault(415, 'A notification is application/json.');
    const { alerts, refused } = parseBody(await readBody(request, MAX_BODY_BYTES));
    if (refused > 0) onRefused(refused);
    try {
      await append(alerts);
    } catch {
      // The disk has told of itself; what it said is nothing for the caller.
      throw new HttpFault(503, 'The alerts could not be kept; send them again.', {
        'Retry-After': String(RETRY_SECONDS),
      });
    }
    response.json({ alerts: alerts.length, refused });
  };
}

function demandCredentials(verdict: TokenVerdict | Verdict): void {
  if (verdict.kind === 'denied') throw unauthorized();
  if (verdict.kind === 'granted') return;
  // Not 429: the password may be right, and whoever made it wait another.
  throw new HttpFault(503, 'Too many logins; try again later.', {
    'Retry-After': String(verdict.seconds),
    Connection: 'close',
  });
}

function unauthorized(): HttpFault {
  return new HttpFault(401, 'This needs the credentials of alerts.webhook.', {
    'WWW-Authenticate': ['Basic realm="harborlight alerts", charset="UTF-8"', 'Bearer realm="harborlight alerts"'],
    Connection: 'close',
  });
}

/** What is wrong with a body is not repeated: it may hold anything. */
function parseBody(body: Buffer): Notification {
  try {
    return parseNotification(JSON.parse(body.toString('utf8')));
  } catch {
    throw new HttpFault(400, "This is no notification of Alertmanager's webhook, version 4.");
  }
}
