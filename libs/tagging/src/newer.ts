/** Decides by their labels which of two images a tag should name. Pure. */
import { pythonLabel, versionsIn } from './labels.ts';
import { seriesTags } from './public-tags.ts';
import { guardTag, type Labelled, readPython } from './tag-guard.ts';

/** An image with the ISO time of its creation. */
export interface Made extends Labelled {
  readonly created?: string;
}

/** True if a tag that names `named` lags: it may move to `candidate` but not back, or `candidate` has the same versions and is newer. */
export function isNewer(candidate: Made, named: Made): boolean {
  const isLater = (candidate.created ?? '') > (named.created ?? '');
  return mayGo(named, candidate) && (isLater || !mayGo(candidate, named));
}

function mayGo(from: Made, to: Made): boolean {
  const libraries = Object.entries(versionsIn(to.labels)).filter(
    ([component]) => !['python', 'llvm'].includes(component),
  );
  const contents = libraries.map(([component, version]) => ({ component, version, locked: true }));
  const python = readPython(to.labels[pythonLabel] ?? '');
  const made = { ...(python === undefined ? {} : { python }), contents, digest: to.digest };
  const tag = { tag: '', moves: true, reason: '' };
  return guardTag({ tag, from, to: made, holds: new Map() }).allowed;
}

/** True for the tag of a build, `3.14.3t-b0123456789ab`, that a public tag of its Python may name: `3.14.3t` or `3.14t`. */
export function isBuildOf(publicTag: string, buildTag: string): boolean {
  const written = /^(.+)-b[\da-f]{12}$/.exec(buildTag)?.[1] ?? '';
  const python = readPython(written);
  return (
    python !== undefined &&
    (written === publicTag || (!python.dev && seriesTags(python).some(({ tag }) => tag === publicTag)))
  );
}
