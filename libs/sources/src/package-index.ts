/**
 * A library's releases by the package index that pip or uv is configured with on this machine (PEP 691).
 *
 * Its address stands nowhere in the repository: it comes from the environment, from pip's configuration, or
 * from the default that is built into pip.
 */
import { UpstreamError } from '@pysan/model';
import type { Library, LibraryRelease } from '@pysan/versions';
import { execa } from 'execa';
import { z } from 'zod';

import { fetchJson } from './http.ts';

const project = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      hashes: z.record(z.string(), z.string()),
      yanked: z.union([z.boolean(), z.string()]).optional(),
    }),
  ),
});

type IndexFile = z.infer<typeof project>['files'][number];

/**
 * A library's release by its number, with the Python tags that it has wheels for; undefined when the index has no
 * sdist of it. Throws an UpstreamError when it cannot tell.
 */
export async function findLibraryRelease(
  library: Library,
  version: string,
  index: string,
): Promise<LibraryRelease | undefined> {
  const accept = { accept: 'application/vnd.pypi.simple.v1+json' };
  const answer = await fetchJson(`${index.replace(/\/$/, '')}/${library}/`, project, accept);
  return answer === undefined ? undefined : releaseFrom(library, answer.files, version);
}

function releaseFrom(library: Library, files: readonly IndexFile[], version: string): LibraryRelease | undefined {
  const file = `${library}-${version}.tar.gz`;
  const sdist = files.find(({ filename, yanked }) => filename === file && (yanked ?? false) === false);
  const sha256 = sdist?.hashes['sha256'];
  const pythonTags = [...new Set(files.flatMap(({ filename }) => wheelTag(library, filename, version) ?? []))];
  return sha256 === undefined || pythonTags.length === 0 ? undefined : { version, sha256, file, pythonTags };
}

// numpy-2.4.6-cp313-cp313t-manylinux…: the second tag is the ABI (PEP 427).
function wheelTag(library: Library, filename: string, version: string): string | undefined {
  const pattern = /^(?<library>[^-]+)-(?<version>[^-]+)-cp\d+-cp3(?<minor>\d+)(?<flavour>t?)-.*\.whl$/;
  const groups = pattern.exec(filename)?.groups;
  return groups?.['library'] === library && groups['version'] === version
    ? `3.${groups['minor']}${groups['flavour']}`
    : undefined;
}

/** Address of the index of this machine. Throws an UpstreamError when neither the environment nor pip names one. */
export async function findIndexUrl(env: NodeJS.ProcessEnv): Promise<string> {
  const fromEnvironment = env['UV_DEFAULT_INDEX'] ?? env['UV_INDEX_URL'] ?? env['PIP_INDEX_URL'];
  return fromEnvironment ?? (await askPip());
}

async function askPip(): Promise<string> {
  const program = [
    'from pip._internal.configuration import Configuration',
    'from pip._internal.models.index import PyPI',
    'configuration = Configuration(isolated=False)',
    'configuration.load()',
    'print(dict(configuration.items()).get("global.index-url", PyPI.simple_url))',
  ].join('\n');
  const { stdout, failed } = await execa('python3', ['-c', program], { reject: false });
  if (failed || !URL.canParse(stdout.trim())) {
    throw new UpstreamError('No package index to ask: set PIP_INDEX_URL, or install pip for python3.');
  }
  return stdout.trim();
}
