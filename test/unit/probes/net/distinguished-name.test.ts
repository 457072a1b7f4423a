import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { readCertificateNames } from '../../../../exporter/probes/net/distinguished-name.ts';

/** By test/bed/tls-certificates: parts in an order of their own, several in one, escapes, UTF-8, types without a name. */
const { raw } = new X509Certificate(`
-----BEGIN CERTIFICATE-----
MIICqzCCAlGgAwIBAgIUBZLKmRI537R02YPiaydAicjediMwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLYXV0aG9yaXR5IGEwHhcNMjYxMTI4MDY0NzQyWhcNMjYxMjE4
MDY0NzQyWjCCATAxEzARBgNVBAMMCnRoZSBzZXJ2ZXIxCzAJBgNVBAUTAjc3MR8w
HQYJKoZIhvcNAQkBFhBvcHNAc2hvcC5leGFtcGxlMQ8wDQYDVQQLDAYjZmlyc3Qx
DzANBgNVBAsMBiBsYXN0IDEZMBcGA1UECgwQQSwgQjtDIDxEPiArIEVcRjELMAkG
A1UEBhMCREUxHTAMBgNVBAgMBUvDtmxuMA0GA1UEBwwG5pel5pysMQ4wDAYDVQQJ
DAVXYXkgMTEOMAwGA1UEEQwFNTA2NjcxEjAQBgoJkiaJk/IsZAEBDAJ1MTEUMBIG
CgmSJomT8ixkARkWBHNob3AxFzAVBgoJkiaJk/IsZAEZFgdleGFtcGxlMREwDwYH
KoZIho0fBwwEK29kZDEMMAoGA1UEKgwDQWRhMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEz1Lu3T6io3tueBOLuBpXTW4GEQaqnKVm3At56bsd+LebIH/JAkRg0Gm0
tqiqffsNi6jwvk0nBIzTxYvU10Q3KaNhMF8wDAYDVR0TAQH/BAIwADAPBgNVHREE
CDAGhwR/AAABMB0GA1UdDgQWBBTD0K/5cMDK81z6YpaaCdJYoqQnUDAfBgNVHSME
GDAWgBSlDOf2gHWbmsOFEPE+xdmqwJlrBjAKBggqhkjOPQQDAgNIADBFAiEAmYHq
sHC3ysvqKdne6Iea9vbL1zpwHXkugq2plPKB/kICIBy0uFPsRAOUbA48hdPnPrjL
HRM+lhogHEHCfa5VqqBR
-----END CERTIFICATE-----
`);

test('the names of a certificate are those that Go tells', () => {
  expect(readCertificateNames(raw)).toEqual({
    // As blackbox_exporter 0.28 told it, built with Go 1.27.
    subject: String.raw`SERIALNUMBER=77,CN=the server,OU=\#first+OU=\ last\ ,O=A\, B\;C \<D\> \+ E\\F,POSTALCODE=50667,STREET=Way 1,L=日本,ST=Köln,C=DE,2.5.4.42=Ada,1.2.840.99999.7=\+odd,0.9.2342.19200300.100.1.25=example,0.9.2342.19200300.100.1.25=shop,0.9.2342.19200300.100.1.1=u1,1.2.840.113549.1.9.1=ops@shop.example`,
    issuer: 'CN=authority a',
  });
});

test('a certificate that is cut anywhere is refused', () => {
  // Beyond the subject there is nothing that is read; the outermost length says that it must be there.
  for (let length = 0; length < raw.length; length += 7) {
    expect(() => readCertificateNames(raw.subarray(0, length))).toThrow();
  }
});

test('bytes that are no certificate are refused, whatever they are', () => {
  for (let at = 0; at < 200; at++) {
    const changed = Buffer.from(raw);
    changed[at] = 0xff;
    // Read or refused: in no case does it take long, or more than there is.
    try {
      expect(readCertificateNames(changed).subject.length).toBeLessThan(raw.length * 4);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  }
});
