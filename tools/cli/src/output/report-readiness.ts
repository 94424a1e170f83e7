/** Reports which builds a request means and which of them a registry has, and refuses a build that should not start. */
import { type Build, formatPythonTag, ProductError } from '@pysan/model';
import { libraryInputs, refusalToStart } from '@pysan/coordination';
import { type FoundBuild, isThere } from '@pysan/planning';
import { type Namespace, repositoryAt } from '@pysan/registry';
import { buildTagOf } from '@pysan/tagging';
import { alignRows } from '@pysan/verification';

import { appendOutput } from './append-for-github.ts';

export interface Readiness {
  /** The chain of an image. The image itself comes last. */
  readonly chain: readonly FoundBuild[];
  readonly namespace: Pick<Namespace, 'host' | 'path'>;
  /** The name of the expected build. */
  readonly wanted: string | undefined;
  /** The file for the outputs of a step of GitHub Actions. */
  readonly outputFile: string | undefined;
}

/** Prints the chain, and throws a ProductError if its last build should not start. */
export async function reportReadiness(
  { chain, namespace, wanted, outputFile }: Readiness,
  print: (text: string) => void,
): Promise<void> {
  const own = chain.at(-1);
  if (own === undefined) {
    throw new Error('A chain contains at least the image itself.');
  }
  print(
    alignRows(chain.map(({ build, found }) => [referenceIn(namespace, build), stateOf({ build, found })])).join('\n'),
  );
  await appendOutput(outputFile, outputsOf(namespace, own.build));
  const refusal = refusalToStart(own.build, chain.slice(0, -1), wanted);
  if (refusal !== undefined) {
    throw new ProductError(`${own.build.image.name} cannot be built now: ${refusal}`);
  }
}

function outputsOf(namespace: Readiness['namespace'], build: Build): string {
  const python = build.python === undefined ? '' : formatPythonTag(build.python);
  const libraries = build.contents.filter(({ component }) => libraryInputs.includes(component));
  const lines = [
    `reference=${referenceIn(namespace, build)}`,
    `python=${python}`,
    ...libraries.map(({ component, version }) => `${component}=${version}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The reference with the immutable tag. */
function referenceIn(namespace: Readiness['namespace'], build: Build): string {
  return `${namespace.host}/${repositoryAt(namespace, build.image.name)}:${buildTagOf(build)}`;
}

function stateOf({ build, found }: FoundBuild): string {
  if (found === undefined) {
    return 'missing';
  }
  if ('unreadable' in found) {
    return `unknown: ${found.unreadable}`;
  }
  return isThere({ build, found }) ? `there: ${found.digest}` : (found.foreign ?? 'missing');
}
