/** The tags of a repository, page by page. */
import { type FullResponse, nextPage, type Paging, startPaging } from '@pysan/http';
import { isPlain, oneLine, UpstreamError } from '@pysan/model';
import { z } from 'zod';

import { parseJson } from './json.ts';
import { ask, describe, type Repository } from './repository.ts';

const pageSize = 1000;

// A repository without tags may return `null`.
const page = z.object({ tags: z.array(z.string().refine(isPlain)).nullable() });

/**
 * All tags, in no particular order; none if there is no repository. The list may lag behind: to check one tag, request it.
 */
export async function listTags(repository: Repository): Promise<string[]> {
  const tags = new Set<string>();
  const paging = startPaging(repository.registry.timing.now);
  for (let path: string | undefined = `tags/list?n=${pageSize}`; path !== undefined;) {
    const before = tags.size;
    const found = await readPage(repository, path, paging);
    found.tags.forEach((tag) => tags.add(tag));
    // Some registries truncate a list without naming the next page.
    const isCut = found.next === undefined && found.tags.length === pageSize && tags.size > before;
    path = isCut ? `tags/list?n=${pageSize}&last=${encodeURIComponent(found.tags.at(-1) ?? '')}` : found.next;
  }
  return [...tags];
}

async function readPage(
  repository: Repository,
  path: string,
  paging: Paging,
): Promise<{ tags: string[]; next: string | undefined }> {
  const what = describe(repository, 'the list of tags');
  const answer = await ask(repository, path, { what, right: 'pull' }, {});
  if (answer === undefined) {
    return { tags: [], next: undefined };
  }
  const { data } = page.safeParse(parseJson(answer.body));
  if (data === undefined) {
    throw new UpstreamError(`${what} is not as documented: ${oneLine(answer.body.toString('utf8', 0, 80))}`);
  }
  return { tags: data.tags ?? [], next: nextPath(repository, path, answer, paging) };
}

/** The next page, as a path in the repository. Throws an UpstreamError if it is elsewhere or was read before. */
export function nextPath(
  repository: Repository,
  path: string,
  answer: FullResponse,
  paging: Paging,
): string | undefined {
  const base = `${repository.registry.origin}/v2/${repository.name}/`;
  const next = nextPage(`${base}${path}`, answer, paging);
  if (next !== undefined && !next.startsWith(base)) {
    throw new UpstreamError(`${base}${path} did not answer as documented: it names ${next} as its next page.`);
  }
  return next?.slice(base.length);
}
