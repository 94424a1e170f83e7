/** Checks the workflows of GitHub Actions by what they say, as a reviewer would; actionlint and zizmor run in `pysan e2e`. */
import { expect, it } from '@jest/globals';
import type { Build } from '@pysan/model';
import { attemptsOf, workflowInputsOf } from '@pysan/coordination';
import { publishingBranch } from '@pysan/evidence';
import { readImages } from '@pysan/workspace';
import { parse } from 'yaml';

import { readText, repositoryFiles, root } from './tools/lint/repository.ts';

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uses?: string;
}

interface Job {
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly needs?: string | readonly string[];
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly if?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly 'run-name'?: string;
  readonly on: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, unknown>> } | null>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const images = await readImages(root);
const folder = '.github/workflows/';
const actions = repositoryFiles().filter((file) => /(^|\/)action\.ya?ml$/.test(file));
const workflows = repositoryFiles().filter((file) => file.startsWith(folder));
const published = [...images.values()];

it.each([...workflows, ...actions])('%s pins actions by commit, with the version beside it', (file) => {
  const uses = readText(file).match(/^.*\buses:.*$/gm) ?? [];
  expect(uses.filter((line) => !/uses: (\.\/\S+|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(line))).toEqual([]);
});

it.each(workflows)('%s starts with no permission, and each job says what it needs', (file) => {
  const { permissions, jobs } = read(file);
  expect(permissions).toEqual({});
  expect(Object.entries(jobs).filter(([, job]) => job.permissions === undefined)).toEqual([]);
});

it.each([...workflows, ...actions])('%s pastes nothing into a shell, and has no script of its own', (file) => {
  const commands = commandsIn(parse(readText(file)));
  expect(commands.filter((command) => command.includes('${{') || command.includes('\n'))).toEqual([]);
});

it.each(workflows)('%s runs no code of a stranger with the rights of the repository', (file) => {
  const { on } = read(file);
  expect(
    Object.keys(on).filter((event) => ['pull_request_target', 'workflow_run', 'issue_comment'].includes(event)),
  ).toEqual([]);
  const secrets = Object.values(read(file).jobs).some((job) => JSON.stringify(job).includes('secrets.'));
  expect('pull_request' in on && secrets).toBe(false);
});

it.each(workflows)('%s hands secrets to single steps only', (file) => {
  const environments = Object.values(read(file).jobs).map(({ env }) => JSON.stringify(env ?? {}));
  expect(environments.filter((text) => /secrets\.|github\.token/.test(text))).toEqual([]);
});

it.each(workflows)('%s installs npm packages before any step has a secret', (file) => {
  const jobs = Object.values(read(file).jobs).filter(({ steps = [] }) => steps.some(usesPysanWithSecret));
  const install = { name: 'Install npm packages before any step has a token', run: './pysan --help' };
  expect(jobs.filter(({ steps = [] }) => !isBefore(steps, install)).map(({ steps }) => steps)).toEqual([]);
});

it('publish from one branch, which Nx and the tests take for the main one, too', () => {
  expect(JSON.parse(readText('nx.json'))).toMatchObject({ defaultBase: publishingBranch });
  expect(read(`${folder}main.yml`).on['push']).toEqual({ branches: [publishingBranch] });
});

it.each(workflows)('%s takes secrets from an environment, which a repository can bind to its main branch', (file) => {
  const jobs = Object.values(read(file).jobs).filter(({ steps }) => JSON.stringify(steps ?? []).includes('secrets.'));
  expect(jobs.filter(({ environment }) => environment === undefined)).toEqual([]);
});

it.each(workflows)('%s lets nobody but who publishes sign, and nothing be cancelled that does', (file) => {
  const { jobs, concurrency } = read(file);
  const signing = Object.values(jobs).filter(({ permissions }) => permissions?.['id-token'] === 'write');
  expect(signing.filter((job) => !isPublishing(job))).toEqual([]);
  const groups = [concurrency, ...signing.map((job) => job.concurrency)];
  expect(signing.length > 0 && groups.some((it) => it?.['cancel-in-progress'] === true)).toBe(false);
});

it.each(published)('$workflow takes what the coordinator gives it for $name, and hands it on', ({ name, workflow }) => {
  const { on, jobs } = read(`${folder}${workflow}`);
  const inputs = workflowInputsOf(images, name);
  expect(Object.keys(on['workflow_dispatch']?.inputs ?? {})).toEqual(inputs);
  expect(jobs['image']?.with).toEqual({
    image: name,
    ...(repositoryFiles().includes(`images/${name}/own-tests`) ? { own_tests: true } : {}),
    ...Object.fromEntries(inputs.map((input) => [input, `\${{ inputs.${input} }}`])),
  });
  expect(Object.keys(read(`${folder}image.yml`).on['workflow_call']?.inputs ?? {})).toEqual(
    expect.arrayContaining([...inputs]),
  );
});

it.each(published)('$workflow names its runs as the coordinator reads them', ({ name: image, workflow }) => {
  const pattern = read(`${folder}${workflow}`)['run-name'] ?? '';
  const name = pattern
    .replace('${{ inputs.python_version }}', '3.14.10t')
    .replace('${{ inputs.build_id }}', 'b0123456789ab');
  const build = {
    id: '0123456789ab'.padEnd(64, '0'),
    python: { version: '3.14.10', freeThreaded: true, dev: false },
  } as Build;
  const run = { id: 1, name, url: '', conclusion: 'failure', at: 0 };
  expect(attemptsOf(build, [run], false).failures).toEqual([run]);
  if (!workflowInputsOf(images, image).includes('python_version')) {
    return;
  }
  const other = { ...build, python: { version: '3.14.9', freeThreaded: true, dev: false } } as Build;
  expect(attemptsOf(other, [{ ...run, conclusion: undefined }], false).running).toBeUndefined();
});

it('publish an image once at a time for a Python, however that was asked for, and the others wait', () => {
  const { concurrency, jobs } = read(`${folder}image.yml`);
  const { ready, publish } = jobs;
  const group = { group: '${{ inputs.image }}-${{ needs.ready.outputs.python }}', queue: 'max' };
  expect([concurrency, publish?.needs, publish?.concurrency]).toEqual([undefined, 'ready', group]);
  const versions = ['python', 'numpy', 'scipy'];
  expect(ready?.outputs).toEqual(Object.fromEntries(versions.map((it) => [it, `\${{ steps.ready.outputs.${it} }}`])));
  expect(ready?.steps?.find(({ id }) => id === 'ready')?.run).toMatch(/^\.\/pysan ready /);
  expect(versions.map((it) => publish?.env?.[it.toUpperCase()])).toEqual(
    versions.map((it) => `\${{ needs.ready.outputs.${it} }}`),
  );
});

it('build the development branches of the lock side by side, and one that fails stops no other', () => {
  const { branches, publish } = read(`${folder}development.yml`).jobs;
  expect(branches?.steps?.at(-1)?.run).toContain('versions/cpython/lock.json');
  const matrix = { tag: '${{ fromJSON(needs.branches.outputs.tags) }}' };
  expect(publish).toMatchObject({ needs: 'branches', strategy: { 'fail-fast': false, matrix } });
  expect(publish?.steps?.at(-1)).toMatchObject({
    env: { TAG: '${{ matrix.tag }}' },
    run: expect.stringMatching(/^\.\/pysan develop --python="\$TAG" .* --free-disk --apply$/),
  });
});

it('run what has changed on main, and each week everything', () => {
  expect(commandsIn(read(`${folder}main.yml`))).toContain('.ci/run');
  const { on } = read(`${folder}weekly.yml`);
  expect(on['schedule']).toEqual([{ cron: expect.stringMatching(/^\d+ \d+ \* \* \d$/) }]);
  expect(commandsIn(read(`${folder}weekly.yml`))).toEqual(['.ci/run --all']);
});

it('record what upstream does in an image after it is published, while nothing waits for that or fails with it', () => {
  const { publish, baseline, ...others } = read(`${folder}image.yml`).jobs;
  expect(baseline).toMatchObject({
    needs: 'publish',
    if: '${{ inputs.own_tests }}',
    'continue-on-error': true,
    env: { REFERENCE: '${{ needs.publish.outputs.reference }}' },
  });
  expect(publish?.outputs).toEqual({ reference: '${{ steps.ready.outputs.reference }}' });
  expect(publish?.steps?.find(({ id }) => id === 'ready')?.run).toMatch(/^\.\/pysan ready /);
  expect(Object.values(others).filter(({ needs = [] }) => [needs].flat().includes('baseline'))).toEqual([]);
});

it('start the coordinator however a build ended', () => {
  expect(read(`${folder}image.yml`).jobs['coordinate']).toMatchObject({
    needs: ['ready', 'publish'],
    if: '${{ always() }}',
  });
});

it.each(published)('$workflow has no group of its own, which would hold up those that mean another Python', (image) => {
  expect(read(`${folder}${image.workflow}`).concurrency).toBeUndefined();
});

function read(file: string): Workflow {
  return parse(readText(file)) as Workflow;
}

function usesPysanWithSecret({ run = '', env = {} }: Step): boolean {
  return run.includes('./pysan') && /secrets\.|github\.token/.test(JSON.stringify(env));
}

function isBefore(steps: readonly Step[], step: Step): boolean {
  const index = steps.findIndex(({ run }) => run === step.run);
  return index >= 0 && index < steps.findIndex(usesPysanWithSecret);
}

/** All that is run by a shell, wherever it stands. */
function commandsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inside]) =>
    key === 'run' && typeof inside === 'string' ? [inside] : commandsIn(inside),
  );
}

/** A caller of one that does, or one with the command itself. */
function isPublishing({ steps = [], ...job }: Job): boolean {
  return (
    JSON.stringify(job).includes('/image.yml') ||
    steps.some(({ run }) => /pysan (publish|develop|baseline) /.test(run ?? ''))
  );
}
