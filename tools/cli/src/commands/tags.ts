/** `pysan tags <python>`: the public tags that a build for that Python gets, and why. It asks neither engine nor network. */
import type { Command } from 'commander';
import type { Tag } from '@pysan/tagging';

interface TagsOptions {
  readonly image?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('tags <python>')
    .description('say which public tags a build for a Python gets, and why: 3.14.3t, 3.14t')
    .option('--image <image>', 'with the tags that this image adds: numpy-tsan')
    .option('--json', 'print the tags as JSON')
    .action(tags);
}

async function tags(python: string, { image, json = false }: TagsOptions): Promise<void> {
  const [{ readTagged }, { publicTagsOf }] = await Promise.all([import('../read-tagged.ts'), import('@pysan/tagging')]);
  const list = publicTagsOf(await readTagged(python, image));
  console.log(json ? JSON.stringify(list, undefined, 2) : format(list));
}

function format(list: readonly Tag[]): string {
  const width = Math.max(...list.map(({ tag }) => tag.length));
  return list.map(({ tag, reason }) => `${tag.padEnd(width)}  ${reason}`).join('\n');
}
