import { expect, it } from '@jest/globals';
import type { Build } from '@pysan/model';

import type { Found } from '@pysan/planning';
import { refusalToStart } from './readiness.ts';

const python = { version: '3.14.3', freeThreaded: true, dev: false };

function build(name: string, digit: string): Build {
  return { image: { name, workflow: `${name}.yml` }, python, id: digit.repeat(64) } as Build;
}

function present(digit: string, hold?: string) {
  const found = { digest: 'sha256:0', buildId: digit.repeat(64), inputs: {} as Build['inputs'] };
  return hold === undefined ? found : { ...found, hold };
}

const own = build('numpy-tsan', '3');
const cpython = { build: build('cpython', '1'), found: present('1') };
const parent = build('cpython-tsan', '2');

type Case = {
  readonly found: Found;
  readonly wanted: string | undefined;
  readonly refusal: RegExp | undefined;
};

it.each<Case>`
  situation                                 | found                          | wanted             | refusal
  ${'its parent is there'}                  | ${present('2')}                | ${undefined}       | ${undefined}
  ${'it is the one that was asked for'}     | ${present('2')}                | ${'b333333333333'} | ${undefined}
  ${'it is another one'}                    | ${present('2')}                | ${'b444444444444'} | ${/^the request expects b4{12}, but this run would build b3{12}/}
  ${'its parent is missing'}                | ${undefined}                   | ${undefined}       | ${/cpython-tsan:3\.14\.3t \(b2{12}\) is not published\. Run cpython-tsan\.yml first, .* as cpython-tsan, /}
  ${'another build of its parent is there'} | ${present('9')}                | ${undefined}       | ${/is not published/}
  ${'the registry cannot tell'}             | ${{ unreadable: 'no answer' }} | ${undefined}       | ${/is not known whether .* is published: no answer/}
  ${'its parent is on hold'}                | ${present('2', 'it crashes')}  | ${undefined}       | ${/on hold: it crashes/}
`('answers $refusal where $situation', ({ found, wanted, refusal }: Case) => {
  const answer = refusalToStart(own, [cpython, { build: parent, found }], wanted);
  if (refusal === undefined) {
    expect(answer).toBeUndefined();
  } else {
    expect(answer).toMatch(refusal);
  }
});
