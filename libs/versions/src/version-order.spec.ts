/**
 * The order of versions over thousands of them: it is a total order, and on all that the mapping accepts it is
 * that of Python's `packaging`, which a differential test asks.
 */
import { execFileSync } from 'node:child_process';

import { expect, it } from '@jest/globals';

import { compareVersions, refusalOf, toSemver } from './pep440.ts';

const prefixes = ['', 'v'];
const numbers = ['0', '1', '2', '3', '9', '10', '014'];
const patches = ['', '.0', '.1', '.3', '.10', '.03'];
const suffixes = ['', 'a0', 'a1', 'a2', 'a10', 'a02', 'b1', 'b9', 'rc1', 'rc2', '.dev0', '.dev3', '.dev10'];
const strange = ['.4.5', '.post1', '-1', '+local.1', 'a1.dev2', 'c1', '.a1', 'dev1', 'alpha1', 't', '.', ' ', '.dev'];

const generated = prefixes.flatMap((prefix) =>
  numbers.flatMap((major) =>
    numbers.flatMap((minor) =>
      patches.flatMap((patch) =>
        [...suffixes, ...strange].map((suffix) => `${prefix}${major}.${minor}${patch}${suffix}`),
      ),
    ),
  ),
);
const accepted = generated.filter((version) => toSemver(version) !== undefined);

/** Pairs of near and of far neighbours in a list: each element occurs, and the same pairs each time. */
function pairsOf<T>(list: readonly T[]): [T, T][] {
  const steps = [1, 7, 101, 1009, 4001];
  return list.flatMap((left, index) => steps.map((step): [T, T] => [left, list[(index + step) % list.length] ?? left]));
}

it('either accepts a version or has a reason', () => {
  expect(accepted.length).toBeGreaterThan(7000);
  expect(
    generated.filter((version) => (toSemver(version) === undefined) === (refusalOf(version) === undefined)),
  ).toEqual([]);
});

it('is a total order: both ways round agree, and it goes on from one pair to the next', () => {
  expect(
    pairsOf(accepted).filter(([left, right]) => compareVersions(left, right) !== -compareVersions(right, left) + 0),
  ).toEqual([]);
  const sorted = accepted.toSorted(compareVersions);
  const namespaces = pairsOf([...sorted.keys()]).map(
    ([one, other]) => [Math.min(one, other), Math.max(one, other)] as const,
  );
  const misplaced = namespaces.filter(([left, right]) => compareVersions(sorted[left] ?? '', sorted[right] ?? '') > 0);
  expect(misplaced).toEqual([]);
});

const python = findPython();
const title = 'agrees with Python’s packaging';

if (python === undefined) {
  console.warn(
    `NOT TESTED: the order of versions against Python's packaging. This machine has no python3 with it (or pip).`,
  );
  it.skip(`${title}: NOT TESTED, there is no python3 with packaging or pip`, () => undefined);
} else {
  it(title, () => {
    const ranks = askPackaging(python, accepted);
    const wrong = pairsOf([...accepted.entries()]).filter(
      ([[left, one], [right, other]]) =>
        compareVersions(one, other) !== Math.sign((ranks[left] ?? NaN) - (ranks[right] ?? NaN)),
    );
    expect(wrong).toEqual([]);
  });
}

/** The module that has `Version`: packaging itself, or the copy inside pip. */
function findPython(): string | undefined {
  return ['packaging', 'pip._vendor.packaging'].find((name) => {
    try {
      execFileSync('python3', ['-c', `import ${name}.version`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** The rank of each version among them all; equal versions share one. Fails for a version that packaging does not know. */
function askPackaging(name: string, versions: readonly string[]): number[] {
  const program = `
import json, sys
from ${name}.version import Version
versions = [Version(text) for text in json.load(sys.stdin)]
ranks = {version: rank for rank, version in enumerate(sorted(set(versions)))}
json.dump([ranks[version] for version in versions], sys.stdout)`;
  const input = JSON.stringify(versions);
  return JSON.parse(execFileSync('python3', ['-c', program], { input, encoding: 'utf8' })) as number[];
}
