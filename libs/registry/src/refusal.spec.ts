import { expect, it } from '@jest/globals';

import { refusal, withRetryAfter } from './refusal.ts';

const ada = { username: 'ada', secret: 'hunter2', from: 'GHCR_USERNAME and CI_TOKEN' };
const denied = JSON.stringify({ errors: [{ code: 'DENIED', message: 'requested access is denied.' }] });
const full = JSON.stringify({
  errors: [{ code: 'UNKNOWN', message: 'unknown error', detail: { Err: 28, Path: '/data\n', Op: 'write' } }],
});

function say(status: number, body: string, credentials: typeof ada | undefined, right: 'pull' | 'push' = 'push') {
  const error = refusal(
    { host: 'ghcr.io', credentials },
    { what: 'the manifest 3.14t', right },
    { status, headers: {}, body: Buffer.from(body) },
  );
  return error.message;
}

it.each`
  status | body         | credentials  | right     | message
  ${403} | ${denied}    | ${undefined} | ${'pull'} | ${'ghcr.io answered 403 to the manifest 3.14t: DENIED: requested access is denied. No credentials were found for it: set CI_TOKEN, or docker login ghcr.io.'}
  ${403} | ${denied}    | ${ada}       | ${'push'} | ${'ghcr.io answered 403 to the manifest 3.14t: DENIED: requested access is denied. The credentials come from GHCR_USERNAME and CI_TOKEN. Check that they have not expired and may write there.'}
  ${500} | ${full}      | ${ada}       | ${'push'} | ${'ghcr.io answered 500 to the manifest 3.14t: UNKNOWN: unknown error: {"Err":28,"Path":"/data\\n","Op":"write"}. Its disk is full. Free some space there, and run the command again.'}
  ${429} | ${''}        | ${ada}       | ${'pull'} | ${'ghcr.io answered 429 to the manifest 3.14t. It limits requests. Try again later.'}
  ${418} | ${'<html>x'} | ${ada}       | ${'pull'} | ${'ghcr.io answered 418 to the manifest 3.14t.'}
`('$status with $body is said as "$message"', ({ status, body, credentials, right, message }) => {
  expect(say(status as number, body as string, credentials as typeof ada, right as 'pull')).toBe(message);
});

it('repeats no secret that the server repeats', () => {
  const echo = `Basic ${Buffer.from('ada:hunter2').toString('base64')} or hunter2 or Bearer abc.def`;
  const message = say(400, JSON.stringify({ errors: [{ code: 'X', message: echo }] }), ada);
  expect(message).toBe('ghcr.io answered 400 to the manifest 3.14t: X: Basic … or … or Bearer ….');
});

it.each`
  header       | body                                                                    | seconds
  ${'7'}       | ${''}                                                                   | ${'7'}
  ${undefined} | ${'{"errors":[{"message":"retry-after: 1m2.5s, allowed: 44000/min"}]}'} | ${'63'}
  ${undefined} | ${'retry-after: 312.4µs, allowed: 44000/minute'}                        | ${'1'}
  ${undefined} | ${'slow down'}                                                          | ${'2'}
`('waits $seconds s after 429 with the header $header and "$body"', ({ header, body, seconds }) => {
  const answer = { status: 429, headers: { 'retry-after': header as string }, body: Buffer.from(body as string) };
  expect(withRetryAfter(answer).headers['retry-after']).toBe(seconds);
});
