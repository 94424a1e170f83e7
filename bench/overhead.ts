/** What `san` costs a clean suite in an image: medians of pytest without its plugin, of pytest, and of `san pytest`. */
import { docker, keep, median } from './measure.ts';

const [image = 'cpython-tsan:latest', runs = '5'] = process.argv.slice(2);
// 200 tests of about 0.1 s each.
const suite = [
  'import pytest',
  '@pytest.mark.parametrize("number", range(200))',
  'def test_work(number): assert sum(i * i for i in range(200_000)) > 0',
].join('\n');
const ways = {
  bare: 'python -m pytest -q -p no:pysan',
  plain: 'python -m pytest -q',
  san: 'san pytest -- -q',
};

const seconds: Record<string, number[]> = { bare: [], plain: [], san: [] };
for (let run = 0; run < Number(runs); run += 1) {
  for (const [way, command] of Object.entries(ways)) {
    const script = `cd /tmp && printf '%s' "$SUITE" >test_it.py && time -p ${command} >/dev/null 2>errors`;
    const timed = `{ ${script}; } 2>&1 | sed -n 's/^real //p'`;
    seconds[way]?.push(Number(await docker('run', '--rm', '--env', `SUITE=${suite}`, image, 'bash', '-c', timed)));
  }
}
const medians = Object.fromEntries(Object.entries(seconds).map(([way, values]) => [way, median(values)]));
await keep('overhead', `npm run bench -- bench/overhead.ts ${image} ${runs}`, { seconds, medians });
