/** Names of images in the engine. */
import { docker, removeTag } from '@pysan/engine';

/** The references that match a name or pattern: `numpy-tsan`, `numpy-tsan:3.16t-dev*`. */
export async function referencesOf(pattern: string): Promise<string[]> {
  const answer = await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', pattern]);
  return answer.split('\n').filter((line) => line !== '');
}

/** Takes away the names that match a pattern. */
export async function removeReferences(pattern: string): Promise<void> {
  for (const reference of await referencesOf(pattern)) {
    await removeTag(reference);
  }
}

/** Takes away all names of images in registries: by tag and by digest, since what was pulled has one or the other. */
export async function removeNamesBelow(...hosts: readonly string[]): Promise<void> {
  const format = '{{.Repository}}:{{.Tag}}\n{{.Repository}}@{{.Digest}}';
  const lines = (await docker(['image', 'ls', '--digests', '--format', format])).split('\n');
  const names = lines.filter((line) => !line.endsWith('<none>') && hosts.some((host) => line.startsWith(`${host}/`)));
  for (const name of new Set(names)) {
    // With its last tag an image loses the name by its digest as well: then there is none to take away.
    await removeTag(name);
  }
}
