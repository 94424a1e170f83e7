/** `pysan tags <python>`: the public tags that a build for that Python gets, and why. It uses neither the engine nor the network. */
import type { Command } from 'commander';
import type { Tag } from '@pysan/tagging';

interface TagsOptions {
  readonly image?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  pysan tags 3.14.3t
  pysan tags 3.14.3t --image numpy-tsan
`;

export function register(program: Command): void {
  program
    .command('tags <python>')
    .summary('list the public tags of a build, each with its meaning')
    .description('Lists the public tags that a build gets, each with its meaning.')
    .option('--image <image>', 'include the tags that this image adds: numpy-tsan')
    .option('--json', 'print the tags as JSON')
    .addHelpText('after', examples)
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
