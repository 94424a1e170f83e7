/** Publishes one development image in its own process, which is stopped when it takes too long. */
import path from 'node:path';

import { execa } from 'execa';

export interface ApartOrder {
  /** The root of the repository. */
  readonly root: string;
  readonly image: string;
  /** `3.16t-dev` */
  readonly tag: string;
  /** The commits of its branches, by component. */
  readonly commits: Readonly<Record<string, string>>;
  /** Registry and owner: `ghcr.io/acme`. */
  readonly to: string;
  readonly minutesMax: number;
}

/** Prints its output as ours. Returns its exit code, or 1 if it was stopped. Its build gets time to clean up. */
export async function publishApart({ root, image, tag, commits, to, minutesMax }: ApartOrder): Promise<number> {
  const sources = Object.entries(commits).map(([component, commit]) => `--${component}=${commit}`);
  const args = ['publish', image, `--python=${tag}`, ...sources, `--to=${to}`, '--apply'];
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], reject: false } as const;
  const limit = { timeout: minutesMax * 60_000, forceKillAfterDelay: 60_000 };
  const { exitCode, timedOut } = await execa(path.join(root, 'pysan'), args, { ...options, ...limit });
  if (timedOut) {
    console.error(`error: ${image}:${tag} was stopped: it took more than ${minutesMax} minutes`);
  }
  return exitCode ?? 1;
}
