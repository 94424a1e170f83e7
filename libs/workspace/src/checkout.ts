/** Reads the checkout of the recipes, for provenance and annotations. */
import { execa } from 'execa';

import type { Origin } from '@pysan/evidence';
import { EngineError } from '@pysan/model';
import type { RecipeSource } from '@pysan/tagging';

/** The origin of published images. Throws an EngineError without a commit, because provenance without one proves nothing. */
export async function requireCheckout(root: string): Promise<Pick<Origin, 'project' | 'commit'>> {
  const checkout = await readCheckout(root);
  if (checkout.commit === 'unknown') {
    throw new EngineError(
      `The commit of ${root} is not known, and provenance names it. Publish from a git checkout, with git installed.`,
    );
  }
  return checkout;
}

/** The project's URL, by the remote `origin`, and the commit. A checkout without a remote on the web has no URL. */
export async function readCheckout(root: string): Promise<Pick<Origin, 'project' | 'commit'>> {
  const [remote, commit] = await Promise.all([
    git(root, ['remote', 'get-url', 'origin']),
    git(root, ['rev-parse', 'HEAD']),
  ]);
  return { project: webAddressOf(remote ?? '') ?? 'urn:pysan:checkout', commit: commit ?? 'unknown' };
}

/** The source of the recipes: their repository, if it is on the web, and the commit, marked if files differ from it. */
export async function readRecipeSource(root: string): Promise<RecipeSource> {
  const [{ project }, revision] = await Promise.all([
    readCheckout(root),
    git(root, ['describe', '--always', '--exclude=*', '--abbrev=40', '--dirty']),
  ]);
  return { source: project.startsWith('https:') ? project : undefined, revision };
}

async function git(root: string, args: readonly string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await execa('git', ['-c', 'safe.directory=*', ...args], {
    cwd: root,
    reject: false,
    stdin: 'ignore',
  });
  return exitCode === 0 ? stdout : undefined;
}

/** `https://github.com/acme/pysan` for any form of that remote; undefined for a folder, for example. */
export function webAddressOf(remote: string): string | undefined {
  const [, host, path] =
    /^(?:https?:\/\/(?:[^@/]*@)?|ssh:\/\/git@|git@)([\w.-]+)[/:](.+?)(?:\.git)?\/?$/.exec(remote) ?? [];
  return host === undefined ? undefined : `https://${host}/${path ?? ''}`;
}
