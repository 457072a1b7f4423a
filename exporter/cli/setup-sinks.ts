import type { Config } from '../config/schema.ts';
import type { StoreAddress } from '../documents/store/address.ts';
import { storeAuthOf, storeTlsOf } from '../store-access.ts';

/** A sink, as far as setting it up goes. */
export type SetupSink =
  | { readonly kind: 'elasticsearch'; readonly name: string; readonly address: StoreAddress }
  | { readonly kind: 'logstash'; readonly name: string };

/** The sinks that have something to set up. */
export function sinksToSetUp({ sinks }: Config): readonly SetupSink[] {
  return sinks.flatMap((sink): readonly SetupSink[] => {
    const { kind, name } = sink;
    if (kind === 'logstash') return [{ kind, name }];
    return kind === 'elasticsearch' ? [{ kind, name, address: addressOf(sink) }] : [];
  });
}

function addressOf({
  url: urls,
  auth,
  tls,
  timeout: timeoutMs,
}: Extract<Config['sinks'][number], { kind: 'elasticsearch' }>): StoreAddress {
  return {
    urls,
    timeoutMs,
    ...(auth && { auth: storeAuthOf(auth) }),
    ...(tls && { tls: storeTlsOf(tls) }),
  };
}
