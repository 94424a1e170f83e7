/** `pysan watch` against a real registry: what works, what finds its bug no more, and what is not public. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { docker, dockerEngine, removeTag } from '@pysan/engine';
import { signerOf } from '@pysan/evidence';
import { connect, openRepository, parseNamespace } from '@pysan/registry';
import { readNamed, signImage } from '@pysan/releases';
import { inputsOf, pushImage as pushOlder } from '@pysan/testing/images';

import { fetchPrograms } from './debian-programs.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { makeKey, succeed } from './publishing.ts';
import { pysan } from './pysan.ts';
import { type Registry, startRegistry } from './registries.ts';
import { useSmallChain } from './small-chain.ts';

const chain = useSmallChain();

let registry: Registry;
let proxy: FaultProxy;
let folder: string;

const before = { ...process.env };

/** Pushes an image of the engine as what that public tag names, and answers its reference by digest. */
async function pushUnsigned(local: string, tagged: string): Promise<string> {
  const name = `${registry.address}/acme/${tagged}`;
  await docker(['tag', local, name]);
  const digest = await dockerEngine.pushImage(name, {});
  await removeTag(name);
  return `${name.replace(/:[^:]*$/, '')}@${digest}`;
}

async function push(local: string, tagged: string): Promise<void> {
  await signImage(signerOf(process.env), await pushUnsigned(local, tagged));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-watch-'));
  process.env['PATH'] = `${await fetchPrograms('cosign')}:${before['PATH'] ?? ''}`;
  process.env['COSIGN_PASSWORD'] = 'not for anybody else';
  process.env['COSIGN_KEY'] = path.join(await makeKey(folder), 'cosign.key');
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.address);
});

afterAll(async () => {
  process.env = { ...before };
  proxy.stop();
  await registry.stop();
  await rm(folder, { recursive: true });
});

it('sees that an image finds its race, and leaves what is absent to the coordinator', async () => {
  await push('small-cpython-tsan:3.13.5t', 'small-cpython-tsan:3.13t');
  const { exitCode, output } = await pysan(['watch', '--from', `${registry.address}/acme`], chain.folder);
  expect({ exitCode, output }).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/^small-cpython-tsan:3\.13t good: it is public, and finds its bug$/m),
  });
  expect(output).toMatch(/^small-cpython-tsan:3\.14t absent: there is no such tag$/m);
});

it('names an image that finds nothing', async () => {
  // The control: an image without a program that races.
  await push('small-cpython:3.13.5t', 'small-cpython-tsan:3.14t');
  const { exitCode, output } = await pysan(['watch', '--from', `${registry.address}/acme`], chain.folder);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^ {2}- small-cpython-tsan:3\.14t bad: it no longer finds its bug: a race is found/m);
  expect(output).toMatch(/^small-cpython-tsan:3\.13t good/m);
});

it('names an image that nobody has signed', async () => {
  // Another one than those that the tests before have signed.
  await pushUnsigned('small-numpy-tsan:3.13.5t', 'small-cpython-tsan:3.14t');
  const { exitCode, output } = await pysan(['watch', '--from', `${registry.address}/acme`], chain.folder);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^ {2}- small-cpython-tsan:3\.14t bad: what it names is not trusted/m);
});

it('names a tag that a newer build should have, which is proven and signed', async () => {
  await succeed(
    pysan(
      ['publish', 'small-cpython-tsan', '--python', '3.13.5t', '--to', `${registry.address}/lag`, '--apply'],
      chain.folder,
    ),
  );
  const repository = openRepository(
    connect(parseNamespace(registry.address), { DOCKER_CONFIG: '/nonexistent' }),
    'lag/small-cpython-tsan',
  );
  const watch = () => pysan(['watch', '--from', `${registry.address}/lag`], chain.folder);
  expect((await watch()).output).toMatch(/^small-cpython-tsan:3\.13t good/m);
  // What the tag names now was signed, and made before.
  const { labels = {} } = (await readNamed(repository, '3.13t')) ?? {};
  const older = { inputs: inputsOf('1.0'), labels, created: '2024-01-01T00:00:00Z', tags: ['3.13t'] };
  const digest = await pushOlder(repository, older);
  await signImage(signerOf(process.env), `${registry.address}/lag/small-cpython-tsan@${digest}`);
  const { exitCode, output } = await watch();
  expect(exitCode).toBe(1);
  expect(output).toMatch(
    /^ {2}- small-cpython-tsan:3\.13t bad: it lags: 3\.13\.5t-b\w{12} is newer, proven and signed/m,
  );
});

/** Lets in whoever logs in. */
function hideFromNobody(): void {
  const door = { status: 401, headers: { 'www-authenticate': 'Basic realm="acme"' } };
  proxy.inject = ({ headers }) => (headers.authorization === undefined ? door : undefined);
}

it('names what is private, by what somebody who is logged in is told', async () => {
  hideFromNobody();
  const auth = Buffer.from('ada:secret').toString('base64');
  await writeFile(path.join(folder, 'config.json'), JSON.stringify({ auths: { [proxy.host]: { auth } } }));
  const { exitCode, output } = await pysan(['watch', '--from', `${proxy.host}/acme`], chain.folder, {
    DOCKER_CONFIG: folder,
  });
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^ {2}- small-cpython-tsan:3\.13t bad: anonymous users cannot pull it\..*answered 401/m);
  expect(output).toMatch(/^small-numpy-tsan:3\.13t absent: there is no such tag$/m);
});

it('says that it cannot tell, where nobody is logged in', async () => {
  hideFromNobody();
  const { exitCode, output } = await pysan(['watch', '--from', `${proxy.host}/acme`], chain.folder);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^ {2}- small-cpython-tsan:3\.13t unknown: it is private, or not published yet, or /m);
  expect(output).toMatch(/^ {2}- small-numpy-tsan:3\.13t unknown: it is private, or not published yet, or /m);
});

it('says once that a registry does not answer', async () => {
  const { exitCode, output } = await pysan(['watch', '--from', 'localhost:1/acme'], chain.folder);
  expect(exitCode).toBe(1);
  expect(output.match(/localhost:1/g)).toHaveLength(1);
});
