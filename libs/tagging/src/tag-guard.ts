/**
 * The tag guard decides whether a tag may move to a build. Pure: it compares the digest and labels of the image that the tag names now.
 *
 * Tags only move forwards: never to an older Python, never to an older library with the same Python, never to a digest on hold. If
 * it cannot compare, the tag stays. `rollback` moves tags back on purpose, without the guard.
 */
import { type Build, formatPythonTag, parsePythonTag, type PythonTag, type Source } from '@pysan/model';
import { compareVersions, toSemver } from '@pysan/versions';

import { componentLabel, hasOwnLabel, pythonLabel } from './labels.ts';
import type { Tag } from './public-tags.ts';

/** An image in a registry or an engine. */
export interface Labelled {
  readonly digest: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Why it is not this factory's: whatever its labels say counts for nothing. */
  readonly foreign?: string;
}

export interface Move {
  readonly tag: Tag;
  /** The image that the tag names now; undefined if there is no such tag yet. */
  readonly from: Labelled | undefined;
  readonly to: Pick<Build, 'python' | 'contents'> & { readonly digest: string };
  /** Digests that no tag may move to, with the reason of each. */
  readonly holds: ReadonlyMap<string, string>;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Whether the tag may move, and why or why not. */
export function guardTag({ tag, from, to, holds }: Move): Decision {
  const hold = holds.get(to.digest);
  if (hold !== undefined) {
    return refuse(`${to.digest} is on hold: ${hold}`);
  }
  if (from === undefined) {
    return allow('the tag is new');
  }
  if (from.digest === to.digest) {
    return allow('it already names that image');
  }
  if (from.foreign !== undefined) {
    return allow(`what it names is foreign: ${from.foreign}`);
  }
  return tag.moves ? guardContents(from.labels, to) : refuse(`it is immutable and names ${from.digest}`);
}

function guardContents(labels: Labelled['labels'], { python, contents }: Move['to']): Decision {
  const label = labels[pythonLabel];
  if (label === undefined || python === undefined) {
    return label === python ? allow('neither image has a Python') : refuse(`from ${name(label)} to ${name(python)}`);
  }
  const held = readPython(label);
  if (held === undefined || held.freeThreaded !== python.freeThreaded || held.dev !== python.dev) {
    return refuse(`it names "${label}", which cannot be compared with ${formatPythonTag(python)}`);
  }
  const order = compareVersions(python.version, held.version);
  if (order !== 0) {
    const news = `${label} → ${formatPythonTag(python)}`;
    return order > 0 ? allow(`a newer Python: ${news}`) : refuse(`an older Python: ${news}`);
  }
  return guardLibraries(labels, contents, python.dev);
}

function name(python: string | PythonTag | undefined): string {
  return python === undefined ? 'no Python' : `Python ${typeof python === 'string' ? python : formatPythonTag(python)}`;
}

/** The Python of a label or tag; undefined if it is malformed. */
export function readPython(label: string): PythonTag | undefined {
  try {
    return parsePythonTag(label);
  } catch {
    return undefined;
  }
}

function guardLibraries(labels: Labelled['labels'], contents: readonly Source[], dev: boolean): Decision {
  const libraries = contents.filter(hasOwnLabel);
  const problems = libraries.flatMap(
    (library) => problemOf(library, labels[componentLabel(library.component)], dev) ?? [],
  );
  return problems.length === 0 ? allow('the same Python, and no older library') : refuse(problems.join('; '));
}

function problemOf({ component, version }: Source, held: string | undefined, dev: boolean): string | undefined {
  if (held === undefined || held === version) {
    return undefined;
  }
  if (toSemver(held) === undefined || toSemver(version) === undefined) {
    // The only order of a branch is that of its commits, and a development tag follows the branch.
    return dev ? undefined : `${component} ${held} and ${version} cannot be compared`;
  }
  return compareVersions(version, held) < 0 ? `an older ${component}: ${held} → ${version}` : undefined;
}

function allow(reason: string): Decision {
  return { allowed: true, reason };
}

function refuse(reason: string): Decision {
  return { allowed: false, reason };
}
