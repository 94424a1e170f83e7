import { expect, it } from '@jest/globals';

import { findCaBundle } from './ca-bundle.ts';

it.each([
  { env: {}, bundle: undefined },
  { env: { SSL_CERT_FILE: '' }, bundle: undefined },
  { env: { SSL_CERT_FILE: '/ca.pem', PIP_CERT: '/pip.pem' }, bundle: '/ca.pem' },
  { env: { PIP_CERT: '/pip.pem', NODE_EXTRA_CA_CERTS: '/extra.pem' }, bundle: '/pip.pem' },
  { env: { NODE_EXTRA_CA_CERTS: '/extra.pem' }, bundle: '/extra.pem' },
])('takes $bundle from $env', ({ env, bundle }) => {
  expect(findCaBundle(env, () => true)).toBe(bundle);
});

it('does not build without a bundle that is configured and cannot be read', () => {
  expect(() => findCaBundle({ CURL_CA_BUNDLE: '/gone.pem' })).toThrow('CURL_CA_BUNDLE names the CA bundle /gone.pem');
});
