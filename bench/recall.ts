/**
 * The recall of an image: `<title> <reference>`. With which programs it is measured, its passport says. The result
 * is a column of README's table, by `npx nx sync`.
 */
import { runContainer } from '@pysan/engine';
import { chainOf } from '@pysan/model';
import { measureRecall, readPrograms, readSubject } from '@pysan/proving';
import { formatProgram, formatRecall } from '@pysan/verification';
import { readImages } from '@pysan/workspace';

import { keep, root } from './measure.ts';

const runs = 10;
const [title = '', reference = ''] = process.argv.slice(2);

interface Passport {
  readonly image: string;
}

async function readChain(): Promise<readonly string[]> {
  const { stdout } = await runContainer({ image: reference, command: ['cat', '/etc/pysan/passport.json'] });
  const { image } = JSON.parse(stdout) as Passport;
  return chainOf(await readImages(root), image).map(({ name }) => name);
}

const report = await measureRecall({
  ...{ root, reference, runs, run: runContainer },
  seeded: await readPrograms(root, await readChain()),
  subject: await readSubject(title, reference),
  onProgram: (it) => console.error(formatProgram(it)),
});
console.error(formatRecall(report));

const { programs, ...figures } = report;
const notable = programs.filter(({ found, alarms, errors }) => found < runs || alarms > 0 || errors.length > 0);
await keep(`recall-${title}`, `npm run bench -- bench/recall.ts ${title} ${reference}`, { ...figures, notable });
