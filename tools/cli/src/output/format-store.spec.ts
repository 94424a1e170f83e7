import { expect, it } from '@jest/globals';
import type { Removed, SignatureJudgement, ImageRecord, StoredBaseline } from '@pysan/releases';
import { type Prune } from '@pysan/retention';
import { reason } from '@pysan/planning';

import { formatAge, formatBytes, formatVersions } from './format-facts.ts';
import { formatOutcome, formatPrune, formatRemoved } from './format-prune.ts';
import { formatRollback } from './format-rollback.ts';
import { formatImages, jsonOf } from './format-images.ts';
import { formatExplanation } from './format-explanation.ts';

const now = new Date('2026-11-25T12:00:00Z');
const digest = `sha256:${'1'.repeat(64)}`;
const older = `sha256:${'2'.repeat(64)}`;
const at = '2026-11-20T12:00:00Z';
const proof = { buildId: 'b', checksHash: 'c', verdict: 'pass', at, cases: 36 };

const record: ImageRecord = {
  digest,
  manifest: { digest, mediaType: '', bytes: Buffer.alloc(0), json: { schemaVersion: 2 } },
  labels: { 'org.pysan.python': '3.14.3t', 'org.pysan.numpy': '2.5.5', 'org.pysan.llvm': '1:21.1.8-3' },
  created: at,
  bytes: 337_000_000,
  tags: ['3.14.3t', '3.14t'],
  proof,
  signatures: [{ kind: 'key' }, { kind: 'key' }, { kind: 'certificate', identity: 'a workflow', issuer: 'GitHub' }],
  holds: [],
  promotions: [
    {
      schemaVersion: 1,
      digest,
      buildId: 'b',
      at,
      by: 'publish',
      tags: [
        { tag: '3.14.3t', replaced: null },
        { tag: '3.14t', replaced: older },
      ],
    },
  ],
};

it.each([
  { bytes: 1_234_000_000, text: '1.2 GB' },
  { bytes: 337_400_000, text: '337 MB' },
  { bytes: 4200, text: '4.2 kB' },
])('writes $bytes bytes as $text', ({ bytes, text }) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  { time: '2026-11-25T11:30:00Z', text: '0 h' },
  { time: '2026-11-24T11:00:00Z', text: '25 h' },
  { time: '2026-11-20T11:00:00Z', text: '5 days' },
  { time: '2026-11-26T00:00:00Z', text: '0 h' },
  { time: undefined, text: '' },
])('writes the age of $time as "$text"', ({ time, text }) => {
  expect(formatAge(time, now)).toBe(text);
});

it('writes versions without that of Python, which has a column', () => {
  expect(formatVersions({ numpy: '2.5.5', python: '3.14.3t', llvm: '21' })).toBe('numpy 2.5.5, llvm 21');
});

it.each([
  { facts: {}, checks: 'c', cell: 'pass' },
  { facts: {}, checks: 'd', cell: 'pass (other checks)' },
  { facts: { hold: 'it crashes' }, checks: 'c', cell: 'on hold' },
])('lists an image as "$cell"', ({ facts, checks, cell }) => {
  const repositories = [['numpy-tsan', { images: [{ ...record, ...facts }], immutable: 4 }]] as const;
  const [, row, , counts] = formatImages({ repositories, checks: new Map([['numpy-tsan', checks]]), now }).split('\n');
  expect(row?.split(/ {2,}/)).toEqual([
    'numpy-tsan',
    'sha256:111111111111',
    '5 days',
    '3.14.3t',
    '337 MB',
    cell,
    '3.14.3t 3.14t',
    'numpy 2.5.5, llvm 1:21.1.8-3',
  ]);
  expect(counts).toBe('1 images, and 4 immutable tags');
});

it('lists an image for scripts, with whole digests', () => {
  const repositories = [['numpy-tsan', { images: [record], immutable: 0 }]] as const;
  expect(jsonOf({ repositories, checks: new Map([['numpy-tsan', 'c']]), now })).toMatchObject([
    { image: 'numpy-tsan', digest, tags: ['3.14.3t', '3.14t'], proof: { verdict: 'pass', isOfToday: true } },
  ]);
});

const inputs = {
  schema: 1,
  platform: 'linux/amd64',
  files: {},
  buildArgs: {},
  parent: 'b'.repeat(64),
  takes: { 'native-tsan': 'c'.repeat(64), 'openblas-tsan': 'd'.repeat(64) },
  releases: [{ component: 'numpy', version: '2.5.5', sha256: 'a'.repeat(64) }],
} as const;

it('tells all about an image, a line for each fact', () => {
  const explanation = formatExplanation({
    reference: 'ghcr.io/acme/numpy-tsan:3.14t',
    record: { ...record, hold: 'it crashes' },
    made: { buildId: '0'.repeat(64), inputs },
    parent: 'cpython-tsan',
    trusted: { trust: { kind: 'key', publicKey: 'cosign.pub' }, signature: { covers: new Set() } },
    judgement: { image: 'numpy-tsan', state: 'to-build', reasons: [reason('new-release', 'numpy', '2.5.5', '2.6.0')] },
    hasOwnTests: false,
    now,
  });
  expect(explanation.split('\n')).toEqual([
    'ghcr.io/acme/numpy-tsan:3.14t',
    `  digest   ${digest}`,
    '  tags     3.14.3t 3.14t',
    '  made     2026-11-20T12:00:00Z, 5 days ago; 337 MB as pulled',
    '  on hold  it crashes',
    `  build    b000000000000 (${'0'.repeat(64)})`,
    '  python   3.14.3t',
    `  sources  numpy 2.5.5 sha256 ${'a'.repeat(64)}`,
    '  parent   cpython-tsan bbbbbbbbbbbbb',
    '  takes    native-tsan bcccccccccccc',
    '           openblas-tsan bdddddddddddd',
    '  inside   numpy 2.5.5, llvm 1:21.1.8-3',
    '  proven   pass, 36 checks, 2026-11-20T12:00:00Z',
    '  signed   with a key, which does not identify its owner',
    '           as a workflow, certified by GitHub',
    '  trusted  yes, by the key cosign.pub',
    '  moves    2026-11-20T12:00:00Z publish: 3.14.3t was new',
    `           2026-11-20T12:00:00Z publish: 3.14t left ${older}`,
    '  fresh    no, to-build: new-release: numpy 2.5.5 → 2.6.0',
  ]);
});

const race = {
  id: 'san1:aaaaaaaaaaaa',
  kind: 'data race',
  sites: [
    { dist: 'numpy', file: 'a.c', function: 'f' },
    { dist: 'numpy', file: 'b.c', function: 'g' },
  ],
  hits: 1,
  runs: 10,
  state: 'open',
};
const baseline: StoredBaseline = {
  ...{ schemaVersion: 1, image: 'numpy-tsan', buildId: '0'.repeat(64), versions: {}, runs: 10, at },
  findings: [race, { ...race, id: 'san1:bbbbbbbbbbbb', hits: 3, issue: 'https://github.com/numpy/numpy/issues/30085' }],
};

it("lists what upstream's own tests found, the most frequent first, with upstream's issues", () => {
  const rest = { made: { unreadable: '' }, parent: undefined, trusted: undefined, judgement: undefined, now };
  const explanation = formatExplanation({
    reference: 'x',
    record: { ...record, baseline },
    hasOwnTests: true,
    ...rest,
  });
  const what = 'data race: f numpy:a.c / g numpy:b.c';
  expect(explanation.split('\n').slice(-4, -1)).toEqual([
    `  baseline  2 findings in 10 runs of upstream's own tests, ${at}`,
    `            san1:bbbbbbbbbbbb  3 of 10 runs  https://github.com/numpy/numpy/issues/30085  ${what}`,
    `            san1:aaaaaaaaaaaa  1 of 10 runs  ${what}`,
  ]);
});

it.each([
  { doubt: {}, text: 'none is attached that its signature covers' },
  { doubt: { doubt: 'it has no signature' }, text: 'unknown: it has no signature' },
])('says where a baseline is missing that there could be: $text', ({ doubt, text }) => {
  const made = { unreadable: '' };
  const rest = { parent: undefined, trusted: undefined, judgement: undefined, hasOwnTests: true, now };
  expect(formatExplanation({ reference: 'x', record: { ...record, ...doubt }, made, ...rest })).toContain(
    `\n  baseline  ${text}\n`,
  );
});

const acme = { kind: 'repository', url: 'https://github.com/acme/pysan' } as const;

it.each<{ trusted: SignatureJudgement; text: string }>([
  {
    trusted: { trust: acme, signature: { covers: new Set() } },
    text: 'yes, by the workflows of https://github.com/acme/pysan',
  },
  {
    trusted: { trust: acme, signature: { refusal: 'none of its signatures matches' } },
    text: `no, not by the workflows of ${acme.url}: none of its signatures matches`,
  },
  { trusted: { unknown: 'There is no cosign' }, text: 'unknown: There is no cosign' },
])('says of a signature whether it is trusted: $text', ({ trusted, text }) => {
  const explanation = {
    reference: 'x',
    record,
    made: { unreadable: '' },
    parent: undefined,
    trusted,
    judgement: undefined,
    hasOwnTests: false,
    now,
  };
  expect(formatExplanation(explanation)).toContain(`\n  trusted  ${text}\n`);
});

it('tells what it cannot know of an image', () => {
  const explanation = formatExplanation({
    reference: 'x',
    record: {
      digest,
      manifest: record.manifest,
      labels: {},
      bytes: 1,
      tags: [],
      signatures: [],
      holds: [],
      promotions: [],
    },
    made: { unreadable: 'it has no label' },
    parent: undefined,
    trusted: undefined,
    judgement: undefined,
    hasOwnTests: false,
    now,
  });
  expect(explanation).toMatch(
    /tags +none[^]*at an unknown time[^]*unknown: it has no label[^]*none that its signature covers[^]*no signature/,
  );
  expect(explanation).toMatch(/no record of a tag that moved to sha256:1+\n +fresh +unknown/);
});

it('shows a rollback', () => {
  const hold = { schemaVersion: 1, digest, held: true, reason: 'it crashes', at } as const;
  const left = [{ tag: 'late', reason: 'cannot go back: there was nothing before; it stays as it is' }];
  const plan = { from: digest, hold, promotions: [], moves: [{ tag: '3.14t', to: older }], left };
  expect(formatRollback('ghcr.io/acme/x', plan).split('\n')).toEqual([
    `ghcr.io/acme/x@${digest}`,
    '  gets a hold: it crashes',
    `  3.14t  → ${older}`,
    '  late   cannot go back: there was nothing before; it stays as it is',
  ]);
});

it('shows what would go, and what became of it', () => {
  const removal = { image: 'x', digest, tags: ['b0'], reason: 'last in use 420 days ago', after: [] };
  const plan: Prune = { keep: [{ image: 'x', digest: older, tags: [], reason: '3.14t names it' }], remove: [removal] };
  expect(formatPrune(plan)).toBe(`x@${digest} (b0): last in use 420 days ago\n1 of 2 manifests would be removed`);
  const failed: Removed = { removal, outcome: 'failed', because: '403' };
  expect(formatRemoved(failed)).toBe(`failed x@${digest}: 403`);
  expect(formatRemoved({ removal, outcome: 'removed' })).toBe(`removed x@${digest}: last in use 420 days ago`);
  expect(formatOutcome([failed, failed, { removal, outcome: 'left' }])).toBe('2 failed, 1 left');
  expect(formatOutcome([])).toBe('nothing to remove');
});
