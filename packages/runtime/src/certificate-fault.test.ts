import { expect, test } from 'vitest';
import { certificateFault } from './certificate-fault.ts';

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

test.each([
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), /self-signed certificate\): set NODE_EXTRA_CA_CERTS/],
  [new Error('no migration', { cause: coded('CERT_HAS_EXPIRED', 'certificate has expired') }), /renew it/],
  [new AggregateError([new Error('::1'), coded('ERR_TLS_CERT_ALTNAME_INVALID', 'Host: x. is not in the cert')]), /host name/],
  // As the client of Elasticsearch has it.
  [Object.assign(new Error('unable to verify the first certificate; try'), { name: 'ConnectionError' }), /NODE_EXTRA_CA_CERTS/],
])('%s', (error, sentence) => {
  expect(certificateFault(error)).toMatch(sentence);
});

test('other errors say nothing of a certificate', () => {
  for (const error of [coded('ECONNREFUSED', 'connect'), new Error('self-signed certificate'), 'text', null])
    expect(certificateFault(error)).toBeNull();
});
