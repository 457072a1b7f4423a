import { join } from 'node:path';

/** What blackbox_exporter is configured to ask of the servers that net probes are tested against; `folder` holds their authority. */
export const blackboxModules = (folder: string) => {
  const ip = { preferred_ip_protocol: 'ip4' };
  const tls_config = { ca_file: join(folder, 'ca.pem') };
  const tcp = (options: object) => ({ prober: 'tcp', timeout: '3s', tcp: { ...ip, tls_config, ...options } });
  const dns = (options: object) => ({ prober: 'dns', timeout: '3s', dns: { ...ip, ...options } });
  const grpc = (options: object) => ({ prober: 'grpc', timeout: '3s', grpc: { ...ip, ...options } });
  return {
    tcp: tcp({}),
    tls: tcp({ tls: true }),
    greeting: tcp({ query_response: [{ expect: '^220 ' }] }),
    other_greeting: tcp({ query_response: [{ send: 'QUIT\r' }, { expect: '^nobody says this' }] }),
    smtp: tcp({
      query_response: [
        { expect: '^220 ' },
        { send: 'EHLO prober\r' },
        { expect: '^250-STARTTLS' },
        { expect: '^250 ' },
        { send: 'STARTTLS\r' },
        { expect: '^220' },
        { starttls: true },
        { send: 'EHLO prober\r' },
        { expect: '^250 ' },
      ],
    }),
    imap: tcp({
      query_response: [{ expect: 'OK' }, { send: 'a STARTTLS\r' }, { expect: 'OK' }, { starttls: true }],
    }),
    a: dns({ query_name: 'a.zone.example', query_type: 'A' }),
    a_elsewhere: dns({
      query_name: 'a.zone.example',
      query_type: 'A',
      validate_answer_rrs: { fail_if_not_matches_regexp: ['198\\.51\\.100\\.1'] },
    }),
    soa: dns({ query_name: 'zone.example', query_type: 'SOA' }),
    absent: dns({ query_name: 'absent.zone.example', query_type: 'A' }),
    long: dns({ query_name: 'long.zone.example', query_type: 'TXT' }),
    long_tcp: dns({ query_name: 'long.zone.example', query_type: 'TXT', transport_protocol: 'tcp' }),
    grpc: grpc({}),
    grpc_absent: grpc({ service: 'absent' }),
    grpc_tls: grpc({ tls: true, tls_config }),
    grpc_unbelieved: grpc({ tls: true }),
    icmp: { prober: 'icmp', timeout: '3s', icmp: ip },
    icmp6: { prober: 'icmp', timeout: '3s', icmp: { preferred_ip_protocol: 'ip6' } },
  };
};
