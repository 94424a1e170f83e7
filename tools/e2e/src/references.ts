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
