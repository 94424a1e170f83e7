import { expect, it } from '@jest/globals';
import { parsePythonTag } from '@pysan/model';

import { casesFor, type Check, parseCheck } from './check.ts';

const valid = { title: 'is silent', proofs: [6], command: ['python', 'silent.py'], expect: { exitCode: 0 } };

function parse(...cases: object[]): Check {
  return parseCheck('images/x/checks/y/check.json', JSON.stringify({ cases }));
}

it('fills in one try and ten minutes', () => {
  expect(parse(valid)).toMatchObject({ cases: [{ tries: 1, timeoutSeconds: 600 }] });
});

it('lists every problem with its path', () => {
  const findings = { min: 0, kind: 'data race', inBothStacks: {} };
  const broken = {
    title: '',
    proofs: [4],
    command: [],
    colour: 'red',
    expect: { exitCode: 300, stdout: '(', findings },
  };

  expect(() => parse(valid, broken)).toThrow(
    [
      'images/x/checks/y/check.json is not valid:',
      '  - cases[1].title: Too small: expected string to have >=1 characters',
      '  - cases[1].command: Too small: expected array to have >=1 items',
      '  - cases[1].expect.exitCode: Too big: expected number to be <=255',
      '  - cases[1].expect.stdout: expected a regular expression',
      '  - cases[1].expect.findings.min: Too small: expected number to be >0',
      '  - cases[1].expect.findings.inBothStacks: expected a function, a source or a module',
      '  - cases[1].colour: unknown key',
    ].join('\n'),
  );
});

it('refuses to try a silent case again, which would hide a false alarm', () => {
  expect(() => parse({ ...valid, tries: 3 })).toThrow(/cases\[0\]\.tries: only a case that expects findings/);
});

it('refuses to excuse upstream where findings are expected, which sets those of upstream aside anyway', () => {
  const findings = { min: 1, kind: 'SEGV', inStacks: { READ: { function: 'f' } } };
  const expected = { exitCode: 1, findings, besides: 'upstream' };
  expect(() => parse({ ...valid, expect: expected })).toThrow(/expect\.besides: a case that expects findings/);
});

it('refuses findings of which no frame is expected', () => {
  const findings = { min: 1, kind: 'SEGV', inStacks: {} };
  expect(() => parse({ ...valid, expect: { exitCode: 1, findings } })).toThrow(/findings: expected frames/);
});

it.each([
  { python: '3.13.5', titles: ['both', 'with the GIL'] },
  { python: '3.13.5t', titles: ['both', 'without'] },
  { python: undefined, titles: ['both'] },
])('runs the cases $titles for Python $python', ({ python, titles }) => {
  const check = parse(
    { ...valid, title: 'both' },
    { ...valid, title: 'with the GIL', flavour: 'default' },
    { ...valid, title: 'without', flavour: 'free-threaded' },
  );
  const cases = casesFor(check, python === undefined ? undefined : parsePythonTag(python));
  expect(cases.map(({ title }) => title)).toEqual(titles);
});

it('refuses a check without cases', () => {
  expect(() => parse()).toThrow(/cases: Too small/);
});
