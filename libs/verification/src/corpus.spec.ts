import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { readLog } from './findings.ts';

const san = path.join(import.meta.dirname, '../../../tools/san');
const corpus = path.join(san, 'corpus');
const names = readdirSync(corpus)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => path.basename(name, '.txt'));

/** One line of JSON with sorted keys: equal readings have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}

it.each(names)('reads %s as the reader in Python does, byte for byte', (name) => {
  const expected = readFileSync(path.join(corpus, `${name}.json`), 'utf8');

  expect(`${canonical(readLog(readFileSync(path.join(corpus, `${name}.txt`))))}\n`).toBe(expected);
});

describe('1,000 mutations of the corpus', () => {
  let mutations: { log: string; reading: unknown }[] = [];

  beforeAll(() => {
    const environment = { ...process.env, PYTHONPATH: san, PYTHONDONTWRITEBYTECODE: '1' };
    const options = { cwd: san, env: environment, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
    const lines = execFileSync('python3', ['tests/mutations.py'], options).trimEnd().split('\n');
    mutations = lines.map((line) => JSON.parse(line) as { log: string; reading: unknown });
  }, 120_000);

  it('read alike in both languages', () => {
    expect(mutations).toHaveLength(1000);
    for (const [index, { log, reading }] of mutations.entries()) {
      const ours = canonical(readLog(Buffer.from(log, 'base64')));
      expect({ index, reading: ours }).toEqual({ index, reading: canonical(reading) });
    }
  });
});
