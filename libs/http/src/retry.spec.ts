import { expect, it } from '@jest/globals';

import { waitAfterResponse, waitAfterError } from './retry.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const inTenSeconds = String(now / 1000 + 10);

it.each`
  status | headers                                                                | tries | wait
  ${200} | ${{}}                                                                  | ${1}  | ${undefined}
  ${400} | ${{ 'retry-after': '1' }}                                              | ${1}  | ${undefined}
  ${403} | ${{}}                                                                  | ${1}  | ${undefined}
  ${403} | ${{ 'retry-after': '7' }}                                              | ${1}  | ${7000}
  ${403} | ${{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inTenSeconds }} | ${1}  | ${10_000}
  ${403} | ${{ 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': inTenSeconds }} | ${1}  | ${undefined}
  ${429} | ${{}}                                                                  | ${1}  | ${undefined}
  ${429} | ${{ 'retry-after': '3' }}                                              | ${3}  | ${3000}
  ${429} | ${{ 'retry-after': '3' }}                                              | ${4}  | ${undefined}
  ${429} | ${{ 'retry-after': 'Wed, 25 Nov 2026 12:00:05 GMT' }}                  | ${1}  | ${5000}
  ${429} | ${{ 'retry-after': 'Wed, 25 Nov 2026 11:00:00 GMT' }}                  | ${1}  | ${0}
  ${429} | ${{ 'retry-after': 'soon' }}                                           | ${1}  | ${undefined}
  ${429} | ${{ 'retry-after': '3600' }}                                           | ${1}  | ${undefined}
  ${500} | ${{}}                                                                  | ${1}  | ${1000}
  ${503} | ${{}}                                                                  | ${3}  | ${4000}
  ${503} | ${{ 'retry-after': '20' }}                                             | ${1}  | ${20_000}
  ${503} | ${{}}                                                                  | ${4}  | ${undefined}
`('after $status with $headers, tried $tries times, it waits $wait ms', ({ status, headers, tries, wait }) => {
  expect(waitAfterResponse(tries as number, { status, headers } as never, now)).toBe(wait);
});

it.each([
  { error: { code: 'ECONNRESET' }, wait: 1000 },
  { error: { code: 'UND_ERR_SOCKET' }, wait: 1000 },
  { error: { name: 'TimeoutError' }, wait: 1000 },
  { error: { code: 'ENOTFOUND' }, wait: 1000 },
  { error: { code: 'ECONNREFUSED' }, wait: 1000 },
  { error: { code: 'CERT_HAS_EXPIRED' }, wait: undefined },
])('after $error it waits $wait ms', ({ error, wait }) => {
  expect(waitAfterError(1, error)).toBe(wait);
});
