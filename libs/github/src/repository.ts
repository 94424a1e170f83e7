import { type Access, type GitHub, openGitHub } from './client.ts';

export interface Address extends Access {
  readonly owner: string;
  readonly name: string;
}

/** One repository on GitHub. */
export interface Repository extends GitHub {
  /** The parameters of every URL below a repository. */
  readonly at: { readonly owner: string; readonly repo: string };
}

/** Sends no request yet. */
export function openRepository({ owner, name, ...access }: Address): Repository {
  return { ...openGitHub(access), at: { owner, repo: name } };
}
