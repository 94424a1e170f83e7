import { expect, it } from '@jest/globals';

import type { DoctorFacts } from './facts.ts';
import { type Finding, rate } from './rate.ts';

const engine = {
  engineVersion: '28.2.2',
  architecture: 'amd64',
  buildxVersion: '0.24.0',
  seccomp: 'default',
  memoryBytes: 16e9,
  dataRoot: '/var/lib/docker',
  freeBytes: 50e9,
  mmapRndBits: 28,
  isOwn: false,
} as const;

const healthy: DoctorFacts = {
  nodeVersion: '24.21.0',
  engine,
  freeBytes: 50e9,
  mmapRndBits: 28,
  proxies: [],
  caBundle: { file: undefined },
  upstreams: [{ name: 'python.org', isReachable: true, consequence: 'so what' }],
};

function find(facts: Partial<DoctorFacts>, name: string): Finding | undefined {
  return rate({ ...healthy, ...facts }).find((finding) => finding.name === name);
}

it('finds nothing on a healthy machine', () => {
  expect(rate(healthy).filter(({ rating }) => rating !== 'ok')).toEqual([]);
});

it.each<[string, Partial<DoctorFacts>, Finding['rating'], RegExp]>([
  ['Node', { nodeVersion: '20.19.0' }, 'problem', /launcher/],
  ['engine', { engine: { do: 'start' } }, 'warning', /engine start.*start one/],
  ['engine', { engine: { do: 'install' } }, 'warning', /install one/],
  ['engine', { engine: { do: 'give up', message: 'None: install Docker' } }, 'problem', /^install Docker$/],
  ['architecture', { engine: { ...engine, architecture: 'arm64' } }, 'problem', /DOCKER_HOST/],
  ['buildx', { engine: { ...engine, buildxVersion: undefined } }, 'problem', /docker-buildx/],
  ['memory', { engine: { ...engine, memoryBytes: 3e9 } }, 'warning', /4 GB/],
  ['seccomp', { engine: { ...engine, seccomp: 'custom' } }, 'warning', /0x40000/],
  ['disk', { freeBytes: 19e9 }, 'warning', /20 GB/],
  ['disk', { freeBytes: 7.9e9 }, 'problem', /prune/],
  ['vm.mmap_rnd_bits', { mmapRndBits: 32 }, 'problem', /sysctl vm.mmap_rnd_bits=28/],
  ['vm.mmap_rnd_bits', { mmapRndBits: undefined }, 'warning', /at most/],
  ['CA bundle', { caBundle: { problem: 'X is gone: mend it' } }, 'problem', /^mend it$/],
  [
    'python.org',
    { upstreams: [{ name: 'python.org', isReachable: false, consequence: 'so what' }] },
    'warning',
    /so what/,
  ],
])('%s of %j is a %s', (name, facts, rating, remedy) => {
  expect(find(facts, name)).toMatchObject({ rating, remedy: expect.stringMatching(remedy) });
});

it.each<[string, Partial<DoctorFacts>, string]>([
  ['disk', { freeBytes: undefined }, 'on another machine'],
  ['disk', { freeBytes: 20e9 }, '20 GB free'],
  ['vm.mmap_rnd_bits', { engine: { ...engine, seccomp: 'none' }, mmapRndBits: 32 }, '32'],
  ['proxy', { proxies: ['HTTPS_PROXY'] }, 'from HTTPS_PROXY'],
  ['CA bundle', { caBundle: { file: '/ca.pem' } }, '/ca.pem, passed to builds as a secret'],
])('%s of %j is fine: %s', (name, facts, text) => {
  expect(find(facts, name)).toEqual({ name, rating: 'ok', text });
});
