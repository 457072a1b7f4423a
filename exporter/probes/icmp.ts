import { hostAlone, readHost } from './address.ts';
import { ProbeFailure } from './failure.ts';
import { describeSilence, parseReply } from './icmp/output.ts';
import { hasPing, NO_PING, PING_FOLDERS, runPing } from './icmp/ping.ts';
import { ipOption } from './net/ip-option.ts';
import { resolveTarget } from './net/network.ts';
import { defineKind } from './probe-kind.ts';

export const icmp = createIcmp(PING_FOLDERS);

/** The kind, with the folders in which `ping` is looked for. */
export function createIcmp(folders: readonly string[]) {
  return defineKind({
    name: 'icmp',
    summary: "Sends an echo request, with the system's `ping`.",
    targetOption: 'address',
    target: () => hostAlone('Whom to ask for an echo.'),
    options: () => ({ ip: ipOption() }),
    missing: () => (hasPing(folders) ? undefined : NO_PING),
    run: async (attempt, target, { ip }) => {
      const phases = { resolve: 0, setup: 0, rtt: 0 };
      attempt.learn({ icmp: { phases } });
      const { address, seconds: resolve } = await resolveTarget(attempt, readHost(target) ?? target, ip);
      attempt.learn({ icmp: { phases: { ...phases, resolve } } });
      const sinceSeconds = attempt.nowSeconds();
      const output = await runPing(address, folders, attempt.signal);
      const reply = parseReply(output);
      if (reply === undefined) throw new ProbeFailure(describeSilence(output));
      // ping says what the echo took: all the rest was for ping itself.
      const setup = Math.max(0, attempt.nowSeconds() - sinceSeconds - reply.seconds);
      const { hopLimit } = reply;
      attempt.learn({
        icmp: {
          phases: { resolve, setup, rtt: reply.seconds },
          ...(hopLimit !== undefined && { replyHopLimit: hopLimit }),
        },
      });
    },
  });
}
