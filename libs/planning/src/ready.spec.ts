import { expect, it } from '@jest/globals';
import { buildName } from '@pysan/model';
import { builtOf, candidatesOf, readerOf, scene } from '@pysan/testing/world';

import { planBuilds } from './plan.ts';
import { type Present, readPresent } from './present.ts';
import { readyBuilds } from './ready.ts';

const all = builtOf(scene);

async function readyWith(present: ReadonlyMap<string, Present>): Promise<string[]> {
  const candidates = candidatesOf(scene);
  const found = await readPresent(candidates, readerOf(present));
  return readyBuilds(scene.world.images, candidates, planBuilds(candidates, { found, checks: scene.checks })).map(
    ({ publish }) => publish,
  );
}

function without(...images: string[]): Map<string, Present> {
  return new Map([...all].filter(([key]) => !images.includes(key.split(':')[0] ?? '')));
}

it.each`
  absent                                    | ready
  ${[]}                                     | ${[]}
  ${['numpy-tsan']}                         | ${['numpy-tsan --python=3.13.5t', 'numpy-tsan --python=3.14.10t']}
  ${['cpython', 'cpython-tsan']}            | ${['cpython --python=3.13.5t', 'cpython --python=3.14.10t']}
  ${['toolchain', 'cpython', 'numpy-tsan']} | ${['toolchain']}
`('without $absent $ready is ready', async ({ absent, ready }: Record<'absent' | 'ready', string[]>) => {
  expect(await readyWith(without(...absent))).toEqual(ready);
});

it('has what lacks its proof, and nothing that is built on it', async () => {
  const unproven = without('numpy-tsan');
  const { digest, buildId, inputs } = all.get('cpython-tsan:3.14t') as Present;
  unproven.set('cpython-tsan:3.14t', { digest, buildId, inputs });
  expect(await readyWith(unproven)).toEqual(['cpython-tsan --python=3.14.10t', 'numpy-tsan --python=3.13.5t']);
});

it('names each build, with its Python where it has one', async () => {
  const candidates = candidatesOf(scene);
  const plan = planBuilds(candidates, {
    found: await readPresent(candidates, readerOf(without('toolchain'))),
    checks: scene.checks,
  });
  const build = buildName(plan[0]?.buildId ?? '');
  expect(readyBuilds(scene.world.images, candidates, plan)).toEqual([
    { image: 'toolchain', build, publish: 'toolchain' },
  ]);
});
