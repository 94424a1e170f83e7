import { expect, it } from '@jest/globals';

import { isTrusted, parseChallenge } from './challenge.ts';

it.each`
  header                                                                    | challenge
  ${'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="a:b:c"'} | ${{ scheme: 'bearer', realm: 'https://ghcr.io/token', service: 'ghcr.io' }}
  ${'bearer service="x", realm="https://x/token"'}                          | ${{ scheme: 'bearer', realm: 'https://x/token', service: 'x' }}
  ${'Basic realm="Registry"'}                                               | ${{ scheme: 'basic' }}
  ${'Bearer'}                                                               | ${undefined}
  ${'Bearer realm="/token"'}                                                | ${undefined}
  ${'Negotiate'}                                                            | ${undefined}
  ${''}                                                                     | ${undefined}
`('reads $header', ({ header, challenge }) => {
  expect(parseChallenge(header as string)).toEqual(challenge);
});

it.each`
  realm                              | registry                         | trusted
  ${'https://ghcr.io/token'}         | ${'https://ghcr.io'}             | ${true}
  ${'http://ghcr.io/token'}          | ${'https://ghcr.io'}             | ${false}
  ${'http://127.0.0.1:5001/token'}   | ${'http://127.0.0.1:5000'}       | ${true}
  ${'https://gitlab.com/jwt/auth'}   | ${'https://registry.gitlab.com'} | ${true}
  ${'http://gitlab.com/jwt/auth'}    | ${'https://registry.gitlab.com'} | ${false}
  ${'https://evil.example/token'}    | ${'https://ghcr.io'}             | ${false}
  ${'https://ghcr.io.example/token'} | ${'https://ghcr.io'}             | ${false}
  ${'http://10.0.0.2/token'}         | ${'http://10.1.0.2'}             | ${false}
`('credentials for $registry may go to $realm: $trusted', ({ realm, registry, trusted }) => {
  expect(isTrusted(realm as string, registry as string)).toBe(trusted);
});
