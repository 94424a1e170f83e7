import { expect, it } from '@jest/globals';

import { repeatCommand } from './repeat-command.ts';

interface Run {
  readonly exitCode: number;
  readonly stderr: string;
  /** How long it takes, in seconds. */
  readonly seconds?: number;
}

/** What comes of a command that ends so, one run after the other, and how long is waited between them, in seconds. */
async function repeat(...runs: readonly Run[]): Promise<{ exitCode: number; waits: number[] }> {
  const waits: number[] = [];
  let [now, index] = [0, 0];
  const sleep = (ms: number): Promise<void> => {
    now += ms;
    waits.push(ms / 1000);
    return Promise.resolve();
  };
  const run = (): Promise<Run> => {
    const next = runs[Math.min(index, runs.length - 1)] as Run;
    index += 1;
    now += (next.seconds ?? 0) * 1000;
    return Promise.resolve(next);
  };
  const { exitCode } = await repeatCommand(run, { sleep, now: () => now });
  return { exitCode, waits };
}

const good = { exitCode: 0, stderr: '' };
const failed = (stderr: string, seconds = 0): Run => ({ exitCode: 1, stderr, seconds });

it.each([
  'received unexpected HTTP status: 500 Internal Server Error',
  'toomanyrequests: retry-after: 1s',
  'unexpected status from PUT request to https://ghcr.io/v2/acme/x/manifests/1: 429 Too Many Requests',
  'Get "https://ghcr.io/v2/": dial tcp 140.82.121.33:443: connect: connection refused',
  'dial tcp: lookup ghcr.io on 127.0.0.53:53: no such host',
  'dial tcp: lookup ghcr.io: Temporary failure in name resolution',
  'net/http: TLS handshake timeout',
  'write tcp 10.0.0.1:5->10.0.0.2:443: write: connection reset by peer',
  'Post "https://rekor.sigstore.dev/api/v1/log/entries": unexpected EOF',
])('goes on after %j', async (stderr) => {
  expect(await repeat(failed(stderr), good)).toEqual({ exitCode: 0, waits: [1] });
});

it.each([
  'denied: permission_denied: write_package',
  'manifest unknown',
  'no signatures found',
  'decrypt: decryption failed',
])('ends with %j at once', async (stderr) => {
  expect(await repeat(failed(stderr), good)).toEqual({ exitCode: 1, waits: [] });
});

it('ends after four runs, or three minutes after the first that failed', async () => {
  expect(await repeat(failed('EOF'))).toEqual({ exitCode: 1, waits: [1, 2, 4] });
  expect(await repeat(failed('EOF', 100))).toEqual({ exitCode: 1, waits: [1, 2] });
  expect(await repeat(failed('EOF', 3600), good)).toEqual({ exitCode: 0, waits: [1] });
});
