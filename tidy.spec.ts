/** Checks the repository itself: what a reviewer would otherwise have to remember. */
import { statSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { licenseOfUpstream } from '@pysan/evidence';
import { imageArgument, needsOf } from '@pysan/model';
import { parsePins, parseRetention, pinsFile, retentionFile } from '@pysan/retention';
import { parseCheck, parsePrograms } from '@pysan/verification';
import { dockerfileOf, expand, formatLock, lockFile, parseDockerfile, readImages, readLocks } from '@pysan/workspace';

import { readJson, readText, repositoryFiles, root } from './tools/lint/repository.ts';

interface Project {
  readonly name: string;
  readonly implicitDependencies?: readonly string[];
  readonly targets?: Readonly<Record<string, unknown>>;
}

const files = repositoryFiles();
const images = [...(await readImages(root)).values()];
const { packages, ...locks } = await readLocks(root);
const names = images.map(({ name }) => name);
const scripts = files.filter((file) => readText(file).startsWith('#!'));

const libraries = [...new Set(files.flatMap((file) => /^libs\/([^/]+)\//.exec(file)?.[1] ?? []))];
// Each module of it is an entry point of its own.
const doubles = files.map((file) => file.replace(/^libs\/testing\/src\/(.+)\.ts$/, '@pysan/testing/$1'));
const architecture = readText('ARCHITECTURE.md');
// | `core` | model, versions | decide; no I/O |
const layers = Object.fromEntries(
  [...architecture.matchAll(/^\| `(core|io|app|testing)` +\| ([a-z, ]+) \| /gm)].map(([, layer = '', members = '']) => [
    layer,
    members.trim().split(', '),
  ]),
);

// Where sources come from; comments may point to GitHub, and with the last two to GCC's bugs and the ABI of C++.
const hostsAllowed = ['www.python.org', 'github.com', 'gcc.gnu.org', 'itanium-cxx-abi.github.io'];

it.each(names)('%s is complete: Dockerfile, build, verify, at least one check', (name) => {
  expect(files).toContain(dockerfileOf(name));
  expect(Object.keys(projectOf(name).targets ?? {})).toEqual(expect.arrayContaining(['build', 'verify']));
  expect(files.filter((file) => path.matchesGlob(file, `images/${name}/checks/*/check.json`))).not.toEqual([]);
});

it.each(images)('$name is built FROM its parent, $parent, and names no image but those that it needs', (image) => {
  const ours = basesOf(image.name).filter((base) => names.includes(base));
  expect([...new Set(ours)].toSorted()).toEqual(needsOf(image).toSorted());
  expect(ours.at(-1)).toBe(image.parent);
});

it.each(images.filter(({ parent }) => parent !== undefined))(
  '$name is built FROM no image of somebody else',
  (image) => {
    const known = [...needsOf(image), ...stagesOf(image.name)];
    expect(basesOf(image.name).filter((base) => !known.includes(base))).toEqual([]);
  },
);

it.each(images)('$name names what it takes files from by build arguments', ({ name, takes = [] }) => {
  const text = readText(dockerfileOf(name));
  for (const taken of takes) {
    const argument = imageArgument(taken);
    const stage = new RegExp(`^FROM \\$\\{${argument}\\} AS (\\S+)$`, 'm').exec(text)?.[1] ?? '';
    expect(text).toMatch(new RegExp(`^ARG ${argument}=${taken}$`, 'm'));
    expect(text).toMatch(new RegExp(`^COPY --from=${stage} |--mount=type=bind,from=${stage},`, 'm'));
  }
});

it.each(images)('$name has a workflow of its own', ({ workflow }) => {
  expect(images.filter((image) => image.workflow === workflow)).toHaveLength(1);
});

it.each(names)('%s COPIes from its implicit dependencies only', (name) => {
  const undeclared = ownersOf(name).filter((owner) => !dependenciesOf(name).includes(owner));
  expect(undeclared).toEqual([]);
});

it.each(names)('%s COPIes each recipe that it declares', (name) => {
  // A lock is not COPYed: what is used of it comes in as build arguments.
  const declared = dependenciesOf(name).filter((dependency) => !/^versions-/.test(dependency));
  expect(declared.filter((dependency) => !names.includes(dependency) && !ownersOf(name).includes(dependency))).toEqual(
    [],
  );
});

it.each(names)('%s takes files from the context by COPY only, where the build id sees them', (name) => {
  const mounts = readText(dockerfileOf(name)).match(/--mount=type=bind\S*/g) ?? [];
  expect(mounts.filter((mount) => !mount.includes('from='))).toEqual([]);
  expect(readText(dockerfileOf(name))).not.toMatch(/^ADD /m);
});

it('has one .dockerignore: one beside a Dockerfile would count for the engine, and not for the build id', () => {
  expect(files.filter((file) => file.endsWith('.dockerignore'))).toEqual(['.dockerignore']);
});

it.each(names)('%s needs no frontend from a registry', (name) => {
  expect(readText(dockerfileOf(name))).not.toMatch(/^#\s*syntax\s*=/im);
});

// The annotation of an image's licences is empty where that of a component is not known.
it('has a licence written down for each component that is not a Python package', () => {
  const components = Object.keys(locks).filter((name) => name !== 'tools');
  expect(components.filter((name) => licenseOfUpstream(name) === undefined)).toEqual([]);
});

it.each(Object.entries({ ...locks, ...packages }))(
  'the lock of %s stands as `pysan resolve` writes it',
  async (name, lock) => {
    const file = lockFile(name);
    expect(readText(file)).toBe(await formatLock(root, file, lock));
  },
);

it('has a valid policy of retention', () => {
  expect(() => parseRetention(retentionFile, readText(retentionFile))).not.toThrow();
});

it('has a sorted list of what consumers pin, each once', () => {
  const pins = parsePins(pinsFile, readText(pinsFile));
  expect(pins).toEqual([...new Set(pins)].toSorted());
});

it.each(names)('%s takes a source tree of its user wherever it takes a commit from git', (name) => {
  const text = readText(dockerfileOf(name));
  const taken = Object.keys(parseDockerfile(text).args).filter((arg) => arg.endsWith('_repository'));
  for (const context of taken.map((arg) => arg.replace('python', 'cpython').replace('_repository', '_source'))) {
    expect(text).toContain(`FROM scratch AS ${context}\n`);
    expect(text).toContain(`--mount=type=bind,from=${context},`);
  }
});

it.each(foldersOf('images/recipes', 'recipes'))('%s is the project %s', (folder, name) => {
  expect(readJson(`${folder}/project.json`)).toMatchObject({ name });
});

it.each(foldersOf('versions/tools', 'requirements'))('%s is the project %s', (folder, name) => {
  expect(readJson(`${folder}/project.json`)).toMatchObject({ name });
});

it.each(foldersOf('versions', 'versions'))('%s is the project %s', (folder, name) => {
  expect(readJson(`${folder}/project.json`)).toMatchObject({ name });
});

it.each(files.filter((file) => path.matchesGlob(file, 'images/*/checks/*/check.json')))('%s is a check', (file) => {
  expect(parseCheck(file, readText(file)).cases).not.toEqual([]);
});

it.each(files.filter((file) => path.matchesGlob(file, 'images/*/recall/programs.json')))(
  '%s lists programs with names of their own, for an image with a target that runs them',
  (file) => {
    const image = file.split('/')[1] ?? '';
    const programs = parsePrograms(image, file, readText(file)).map(({ name }) => name);
    expect(new Set(programs).size).toBe(programs.length);
    expect(projectOf(image).targets).toHaveProperty('recall');
  },
);

it('lets each script run', () => {
  expect(scripts.filter((file) => (statSync(path.join(root, file)).mode & 0o111) === 0)).toEqual([]);
});

it('ends every text file with a newline', () => {
  // Logs that stop inside a line are what they are for.
  const cut = 'tools/san/corpus/shape-cut-*.txt';
  const texts = files.filter((file) => !readText(file).includes('\0') && !path.matchesGlob(file, cut));
  expect(texts.filter((file) => /[^\n]$/.test(readText(file)))).toEqual([]);
});

it('sends builds to no host but those that have the sources', () => {
  const inputs = files.filter((file) => /^(images|versions)\//.test(file));
  const hosts = inputs.flatMap((file) => hostsIn(readText(file)).map((host) => `${file}: ${host}`));
  expect(hosts.filter((line) => !hostsAllowed.some((host) => line.endsWith(` ${host}`)))).toEqual([]);
});

describe.each(libraries)('libs/%s', (library) => {
  const readme = `libs/${library}/README.md`;

  it('has a README.md of five to fifteen lines', () => {
    const lines = readText(readme).trimEnd().split('\n');
    expect(lines[0]).toBe(`# @pysan/${library}`);
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  it('exports the entry points that its README.md names', async () => {
    const [, list = ''] = /^Entry points: ([^]*?)\.\n/m.exec(readText(readme)) ?? [];
    const names = codeIn(list);
    const exported = library === 'testing' ? doubles : Object.keys((await import(`@pysan/${library}`)) as object);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !exported.includes(name))).toEqual([]);
  });

  it('stands in the tables of ARCHITECTURE.md: of the places, and of the layers', () => {
    const { nx } = readJson(`libs/${library}/package.json`) as { nx: { tags: string[] } };
    const layer = nx.tags.map((tag) => tag.replace('layer:', '')).join();
    expect(codeIn(architecture).some((place) => `${place}/`.startsWith(`libs/${library}/`))).toBe(true);
    expect(Object.entries(layers).flatMap(([name, members]) => (members.includes(library) ? [name] : []))).toEqual([
      layer,
    ]);
  });
});

it.each(foldersOf('tools', 'tools'))('%s has a place in ARCHITECTURE.md', (folder) => {
  expect(codeIn(architecture).some((place) => `${place}/`.startsWith(`${folder}/`))).toBe(true);
});

it.each(names)('%s is in the pictures of the chain, in ARCHITECTURE.md and README.md', (name) => {
  const pictures = [architecture, readText('README.md')].map(
    (text) => text.split(/<!-- (?:nx sync: chain|end) -->/)[1],
  );
  expect(pictures.map((picture = '') => picture.split(/\s+/).includes(name))).toEqual([true, true]);
});

it('has all libraries and files that ARCHITECTURE.md names', () => {
  expect(Object.values(layers).flat().toSorted()).toEqual(libraries);
  const places = codeIn(architecture).filter((name) =>
    /^(libs|tools|images|versions|docs|bench|\.github)\//.test(name),
  );
  expect(places.length).toBeGreaterThan(40);
  expect(places.filter((place) => !isThere(place))).toEqual([]);
});

it('leaves the choice of a package registry to the configuration of npm', () => {
  expect(readText('package-lock.json')).not.toMatch(/"resolved": "https?:/);
  expect(files.filter((file) => file.endsWith('.npmrc') && /registry/.test(readText(file)))).toEqual([]);
});

function projectOf(image: string): Project {
  return readJson(`images/${image}/project.json`) as Project;
}

function dependenciesOf(image: string): readonly string[] {
  return projectOf(image).implicitDependencies ?? [];
}

/** What the FROM lines name when no build argument is given, without `scratch`. */
function basesOf(image: string): string[] {
  const facts = parseDockerfile(readText(dockerfileOf(image)));
  return facts.bases.map((base) => expand(base, {}, facts)).filter((base) => base !== 'scratch');
}

function stagesOf(image: string): string[] {
  return [...readText(dockerfileOf(image)).matchAll(/^FROM .* AS (\S+)$/gim)].map((match) => match[1] ?? '');
}

/** The projects whose files an image COPIes, in alphabetical order: `recipes-numpy`, `requirements-test`. */
function ownersOf(image: string): string[] {
  const sources = parseDockerfile(readText(dockerfileOf(image))).copies;
  return [...new Set(sources.filter((source) => !source.startsWith(`images/${image}/`)).map(ownerOf))].toSorted();
}

function ownerOf(source: string): string {
  return source
    .replace(/^tools\/([^/]+).*/, '$1')
    .replace(/^images\/recipes\/([^/]+).*/, 'recipes-$1')
    .replace(/^versions\/tools\/([^/]+).*/, 'requirements-$1')
    .replace(/^versions\/([^/]+).*/, 'versions-$1');
}

/** The folders directly below one, each with the name that its project must have. */
function foldersOf(parent: string, prefix: string): [folder: string, project: string][] {
  const inside = files.filter((file) => file.startsWith(`${parent}/`)).map((file) => path.relative(parent, file));
  const folders = inside.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? '');
  return [...new Set(folders)].map((name) => [`${parent}/${name}`, `${prefix}-${name}`]);
}

function hostsIn(text: string): string[] {
  return [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map((match) => match[1] ?? '');
}

/** What stands between backticks, without line breaks. */
function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
}

/** Whether a path or pattern names a file or folder: `libs/http`, `versions/<component>/lock.json`. */
function isThere(place: string): boolean {
  const pattern = place.replaceAll(/<[^>]+>/g, '*').replace(/\/$/, '');
  return files.some((file) => path.matchesGlob(file, pattern) || path.matchesGlob(file, `${pattern}/**`));
}
