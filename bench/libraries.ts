/** Seconds that the libraries take which Python is linked with, in the plain interpreter of an image and in the instrumented one. */
import path from 'node:path';

import { docker, keep, median, root } from './measure.ts';

const [image = 'cpython-tsan:latest', runs = '5'] = process.argv.slice(2);
const folder = path.join(root, 'bench/libraries');
const interpreters = { plain: '/opt/build-python/bin/python', instrumented: 'python' };

type Seconds = Readonly<Record<string, number>>;
const measured: Record<keyof typeof interpreters, Seconds[]> = { plain: [], instrumented: [] };
for (let run = 0; run < Number(runs); run += 1) {
  for (const which of ['plain', 'instrumented'] as const) {
    const container = ['run', '--rm', '--volume', `${folder}:/bench:ro`, image];
    measured[which].push(JSON.parse(await docker(...container, interpreters[which], '/bench/measure.py')) as Seconds);
  }
}
const figures = Object.fromEntries(
  Object.keys(measured.plain[0] ?? {}).map((task) => {
    const [plain, instrumented] = [measured.plain, measured.instrumented].map((all) =>
      median(all.map((seconds) => seconds[task] ?? Number.NaN)),
    ) as [number, number];
    return [task, { plain, instrumented, times: Math.round((instrumented / plain) * 10) / 10 }];
  }),
);
const name = `libraries-${image.replace(/:.*/, '')}`;
await keep(name, `npm run bench -- bench/libraries.ts ${image} ${runs}`, figures);
