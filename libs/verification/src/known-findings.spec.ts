import { expect, it } from '@jest/globals';

import { compareWithKnown, formatUpstream, parseKnownFindings } from './known-findings.ts';

const site = 'scipy scipy/integrate/__quadpack.h init_callback';
const race = { owner: 'scipy', kind: 'data race', sites: [site, site] };
const issue = 'https://github.com/scipy/scipy/issues/1';

function known(entry: object) {
  const text = JSON.stringify({
    findings: [{ releases: ['1.17.1'], kind: 'data race', sites: [site, site], ...entry }],
  });
  return new Map([['scipy', parseKnownFindings('versions/scipy/findings.json', text)]]);
}

it.each([
  { what: 'with its issue', entry: { issue }, version: '1.17.1', state: { state: 'known', issue } },
  { what: 'without an issue', entry: {}, version: '1.17.1', state: { state: 'known' } },
  { what: 'of another release', entry: { issue }, version: '1.18.1', state: { state: 'new' } },
  { what: 'of another place', entry: { sites: [site] }, version: '1.17.1', state: { state: 'new' } },
  { what: 'of another kind', entry: { kind: 'direct leak' }, version: '1.17.1', state: { state: 'new' } },
])('compares with what is known $what', ({ entry, version, state }) => {
  expect(compareWithKnown([race], known(entry), { scipy: version })).toEqual([{ ...race, ...state }]);
});

it('lists what came twice once', () => {
  expect(compareWithKnown([race, { ...race }], new Map(), {})).toHaveLength(1);
  expect(formatUpstream(race)).toBe(`scipy, data race: ${site} / ${site}`);
});

it('refuses a list with unknown keys', () => {
  expect(() => known({ colour: 'red' })).toThrow(/findings\[0\]\.colour: unknown key/);
});
