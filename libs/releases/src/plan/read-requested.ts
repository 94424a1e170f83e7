/** Reads what a registry has for the builds of a request. */
import { type Build, formatPythonTag } from '@pysan/model';
import { type Candidate, type FoundBuild, keyOf, type PresentReader, readPresent } from '@pysan/planning';
import type { Resolved } from '@pysan/resolution';

/** Each build of a resolution with the image that was found, parents first. */
export async function readRequested({ builds }: Resolved, read: PresentReader): Promise<readonly FoundBuild[]> {
  const candidates = builds.map(candidateOf);
  const found = await readPresent(candidates, read);
  return candidates.map((candidate, index) => ({ build: builds[index] as Build, found: found.get(keyOf(candidate)) }));
}

function candidateOf(build: Build): Candidate {
  const { image, python } = build;
  return { image, tag: python === undefined ? undefined : formatPythonTag(python), build };
}
