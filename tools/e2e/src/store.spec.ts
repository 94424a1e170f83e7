/** Rolling back and cleaning up in real registries: by the commands, and cut at every step. */
import { openGitHub } from '@pysan/github';
import { describe, expect, it } from '@jest/globals';
import type { Timing } from '@pysan/http';
import { buildName } from '@pysan/model';
import { applyPrune, applyRollback, repositoriesOf, readPrune, readRecords, readRollback } from '@pysan/releases';
import { inputsOf, publishImage, pushImage, requireImage } from '@pysan/testing/images';
import { computeBuildId } from '@pysan/planning';
import { connect, headManifest, openRepository, parseNamespace, putManifest, type Repository } from '@pysan/registry';

import { type Asked, type Fault, faultOnce, type FaultProxy } from './fault-proxy.ts';
import { pysan } from './pysan.ts';
import { registryKinds } from './registries.ts';
import { serveRegistry } from './served-registry.ts';

const timing: Timing = { timeoutMs: 5000, now: Date.now, sleep: () => Promise.resolve() };
const nobody = { DOCKER_CONFIG: '/nonexistent' };
const now = new Date('2026-11-25T12:00:00Z');
const tags = ['3.14.3t', '3.14t'];

/** How a client may die at a write: the registry hears nothing of it, or has done it already. */
const deaths: readonly { death: string; fault: Fault }[] = [
  { death: 'before it', fault: { status: 500 } },
  { death: 'behind it', fault: { cut: 'answer' } },
];

/** Everything that a client sends after its death is lost. */
function dieAt(step: number, fault: Fault): FaultProxy['inject'] {
  let writes = -1;
  return ({ method }: Asked) => {
    writes += method === 'GET' || method === 'HEAD' ? 0 : 1;
    if (writes < step) {
      return undefined;
    }
    const isDead = writes > step || method === 'GET' || method === 'HEAD';
    return isDead ? { status: 500 } : fault;
  };
}

/** Whether something came to its end. */
function isDone(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

describe.each(registryKinds)('in a registry of the kind %s', (kind) => {
  const served = serveRegistry(kind);

  function open(host: string, name: string): Repository {
    return openRepository(connect(parseNamespace(host), nobody, timing), name);
  }

  function named(repository: Repository): Promise<(string | undefined)[]> {
    return Promise.all(tags.map((tag) => headManifest(repository, tag)));
  }

  /** Three images, each of which the tags have named. */
  async function publishThree(repository: Repository): Promise<readonly [string, string, string]> {
    const publish = (numpy: string, day: number) => {
      const labels = { 'org.pysan.python': '3.14.3t', 'org.pysan.numpy': numpy };
      return publishImage(repository, { inputs: inputsOf(numpy), labels, tags }, `2026-05-0${day}T00:00:00.000Z`);
    };
    return [await publish('2.4.5', 1), await publish('2.4.6', 2), await publish('2.5.5', 3)];
  }

  async function rollBack(repository: Repository, reason = 'it crashes'): Promise<void> {
    const answer = await readRollback(repository, { tag: '3.14t', reason, now: new Date() });
    await ('plan' in answer ? applyRollback(repository, answer.plan) : undefined);
  }

  describe('a rollback', () => {
    it.each(deaths)('that dies at any of its writes, $death, is finished by asking again', async ({ death, fault }) => {
      let [step, isCut] = [0, true];
      for (; isCut; step += 1) {
        const name = `rollback/${death.replace(' ', '-')}-${step}`;
        const repository = open(served.registry.address, name);
        const [, second, third] = await publishThree(repository);
        served.proxy.inject = dieAt(step, fault);
        isCut = !(await isDone(rollBack(open(served.proxy.host, name), `it crashes ${step}`)));
        for (const digest of await named(repository)) {
          expect([second, third]).toContain(digest);
        }
        await rollBack(repository);
        expect(await named(repository)).toEqual([second, second]);
        expect(await readRecords(repository, third)).toMatchObject({ hold: expect.stringMatching('it crashes') });
        expect(await readRecords(repository, second)).not.toHaveProperty('hold');
      }
      // Two records of three requests each, and two tags.
      expect(step).toBeGreaterThan(8);
    });

    it('stops at a tag that somebody else moves between reading and writing', async () => {
      const repository = open(served.registry.address, 'rollback/moved');
      const [first, second] = await publishThree(repository);
      const other = await requireImage(repository, first);
      served.proxy.inject = faultOnce('PUT', /manifests\/3\.14\.3t$/, {
        before: () => putManifest(repository, other, '3.14t'),
      });
      await expect(rollBack(open(served.proxy.host, 'rollback/moved'))).rejects.toThrow(
        `names ${first}, not ${second}: another process is moving it`,
      );
      expect(await named(repository)).toEqual([second, first]);
    });
  });

  const policy = {
    retention: { supersededDays: 400, orphanDays: 7, promotions: { release: 1, dev: 1 } },
    pins: [],
    now,
  };
  const [longer, long] = ['2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'];

  interface Old {
    readonly numpy: Repository;
    readonly cpython: Repository;
    readonly parent: string;
    readonly older: string;
    readonly newer: string;
  }

  /** An older numpy on a cpython that is there for it alone, and a newer one that the tag names. */
  async function publishOld(namespace: string): Promise<Old> {
    const numpy = open(served.registry.address, `${namespace}/numpy-tsan`);
    const cpython = open(served.registry.address, `${namespace}/cpython`);
    const inputs = inputsOf('cpython');
    const id = computeBuildId(inputs);
    const parent = await pushImage(cpython, { inputs, created: longer, tags: [`3.14.3t-${buildName(id)}`] });
    const older = await publishImage(numpy, { inputs: inputsOf('2.4.6', id), tags: ['3.14t'] }, longer);
    const newer = await publishImage(numpy, { inputs: inputsOf('2.5.5'), tags: ['3.14t'] }, long);
    return { numpy, cpython, parent, older, newer };
  }

  async function cleanUp(host: string, namespace: string): Promise<readonly string[]> {
    const repositories = repositoriesOf(
      connect(parseNamespace(host), nobody, timing),
      { path: namespace },
      ['cpython', 'numpy-tsan'],
      openGitHub({ apiUrl: 'http://127.0.0.1:1', token: '', tokenName: 'CI_TOKEN' }),
    );
    const done = await applyPrune(repositories, await readPrune(repositories, policy), () => undefined);
    return done.map(({ outcome }) => outcome);
  }

  async function expectNewerOnly({ numpy, cpython, parent, older, newer }: Old): Promise<void> {
    expect(await headManifest(numpy, older)).toBeUndefined();
    expect(await headManifest(cpython, parent)).toBeUndefined();
    expect(await headManifest(numpy, '3.14t')).toBe(newer);
    expect((await readRecords(numpy, newer)).promotions).toHaveLength(1);
  }

  describe('a clean-up', () => {
    it.each(deaths)('that dies at any of its writes, $death, is finished by the next one', async ({ death, fault }) => {
      let [step, isCut] = [0, true];
      for (; isCut; step += 1) {
        const namespace = `clean-up/${death.replace(' ', '-')}-${step}`;
        const old = await publishOld(namespace);
        served.proxy.inject = dieAt(step, fault);
        isCut = (await cleanUp(served.proxy.host, namespace)).some((it) => it === 'failed' || it === 'left');
        // What is there has all that it holds.
        const [child, parent] = [await headManifest(old.numpy, old.older), await headManifest(old.cpython, old.parent)];
        expect(child !== undefined && parent === undefined).toBe(false);
        await cleanUp(served.registry.address, namespace);
        await expectNewerOnly(old);
        expect(await cleanUp(served.registry.address, namespace)).toEqual([]);
      }
      expect(step).toBeGreaterThan(2);
    });

    it('takes 404 to a DELETE for done', async () => {
      const old = await publishOld('clean-up/gone');
      served.proxy.inject = ({ method }) => (method === 'DELETE' ? { status: 404 } : undefined);
      expect(new Set(await cleanUp(served.proxy.host, 'clean-up/gone'))).toEqual(new Set(['gone']));
      await cleanUp(served.registry.address, 'clean-up/gone');
      await expectNewerOnly(old);
    });

    it('keeps what a tag names though the list of tags misses it', async () => {
      const old = await publishOld('clean-up/late');
      served.proxy.inject = ({ path }) =>
        path.includes('/tags/list')
          ? { change: (body) => body.toString().replace(/"3\.14t",|,"3\.14t"/, '') }
          : undefined;
      await cleanUp(served.proxy.host, 'clean-up/late');
      await expectNewerOnly(old);
    });

    it.each([
      { what: 'a manifest', path: /manifests\/3\.14\.3t-b/, fault: { status: 403 } },
      { what: 'bytes of another digest', path: /blobs\//, fault: { change: () => '{}' } },
      { what: 'a web page', path: /tags\/list/, fault: { status: 200, body: '<html>' } },
    ])('removes nothing where it got $what', async ({ path, fault }) => {
      await publishOld('clean-up/unreadable');
      served.proxy.inject = (asked) => (asked.method === 'GET' && path.test(asked.path) ? fault : undefined);
      served.proxy.asked.length = 0;
      await expect(cleanUp(served.proxy.host, 'clean-up/unreadable')).rejects.toThrow(
        /403|does not match|not as documented/,
      );
      expect(served.proxy.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
    });
  });

  it('the commands tell, take back, tell again, and remove nothing that is in use', async () => {
    const repository = open(served.registry.address, 'acme/numpy-tsan');
    const [, second, third] = await publishThree(repository);
    const [namespace, reference] = [
      `${served.registry.address}/acme`,
      `${served.registry.address}/acme/numpy-tsan:3.14t`,
    ];
    const run = async (...args: string[]): Promise<string> => {
      const { exitCode, output } = await pysan(args);
      expect(exitCode === 0 ? '' : output).toBe('');
      return output;
    };
    expect(await run('images', '--from', namespace)).toMatch(
      /numpy-tsan +sha256:\w{12} .* not trusted +3\.14\.3t 3\.14t +numpy 2\.5\.5/,
    );
    expect(await run('why', reference)).toMatch(
      new RegExp(`digest +${third}[^]*fresh +no, to-build: new-release: numpy`),
    );
    expect(await run('rollback', reference, '--reason', 'it crashes')).toMatch(
      /Nothing was changed\. Run it with --apply/,
    );
    expect(await named(repository)).toEqual([third, third]);
    await run('rollback', reference, '--reason', 'it crashes', '--apply');
    expect(await named(repository)).toEqual([second, second]);
    expect(await run('rollback', reference, '--apply')).toContain(`was already rolled back from ${third} to ${second}`);
    expect(await run('why', reference.replace(/:3.14t$/, `@${third}`))).toMatch(/on hold +it crashes/);
    expect(await run('rollback', reference, '--lift')).toContain('is not on hold. The hold is on the image that the tag left');
    await run('rollback', reference.replace(/:3.14t$/, `@${third}`), '--lift', '--apply');
    expect(await readRecords(repository, third)).not.toHaveProperty('hold');
    expect(await run('prune', '--from', namespace, '--apply')).toMatch(/nothing to remove/);
  });

  it('a repository that may not be read is named, and the others are told of', async () => {
    await publishThree(open(served.registry.address, 'part/numpy-tsan'));
    served.proxy.inject = ({ path }) => (path.includes('/part/cpython/') ? { status: 403 } : undefined);
    const { exitCode, output } = await pysan(['images', '--from', `${served.proxy.host}/part`]);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/numpy-tsan +sha256:[^]*cpython: .* answered 403/);
  });
});
