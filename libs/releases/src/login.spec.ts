import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { execa } from 'execa';

import { asNobody, withLogin } from './login.ts';

const secret = 'ghp_ofThisTest';
const ghcr = { host: 'ghcr.io', path: 'acme' };

let folder: string;
let before: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'login-spec-'));
  before = { ...process.env };
  Object.assign(process.env, { GHCR_USERNAME: 'ada', CI_TOKEN: secret });
});

afterEach(async () => {
  process.env = before;
  await rm(folder, { recursive: true });
});

/** What the helper that docker's configuration names answers, as docker and cosign ask it. */
async function ask(host: string, env: Record<string, string>) {
  const config = await readFile(path.join(env['DOCKER_CONFIG'] ?? '', 'config.json'), 'utf8');
  const { credsStore } = JSON.parse(config) as { credsStore: string };
  return execa(`docker-credential-${credsStore}`, ['get'], { env, input: host, reject: false });
}

it('gives docker and cosign the credentials of the registry', async () => {
  const { stdout } = await withLogin(ghcr, (env) => ask('ghcr.io', env));
  expect(JSON.parse(stdout)).toEqual({ ServerURL: 'ghcr.io', Username: 'ada', Secret: secret });
});

it.each(['docker.io', 'https://index.docker.io/v1/', 'ghcr.io.example.org', ''])(
  'has none for another registry: %j',
  async (host) => {
    const { exitCode, stdout } = await withLogin(ghcr, (env) => ask(host, env));
    // By these words the caller goes on without credentials: any others end it.
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'credentials not found in native keychain' });
  },
);

it('leaves a registry that the environment says nothing of to the log-in of the user', async () => {
  expect(await withLogin({ host: '127.0.0.1:5000', path: 'acme' }, (env) => Promise.resolve(env))).toEqual({});
});

it('is nobody where it must be', async () => {
  const { DOCKER_CONFIG: config = '', ...env } = await asNobody((it) => Promise.resolve(it));
  expect(JSON.parse(await readFile(path.join(config, 'config.json'), 'utf8'))).toEqual({});
  expect(JSON.stringify(env)).not.toContain(secret);
});

it('leaves no file with the secret when it is killed', async () => {
  const program = `import { withLogin } from ${JSON.stringify(path.join(import.meta.dirname, 'login.ts'))};
    await withLogin(${JSON.stringify(ghcr)}, async ({ DOCKER_CONFIG }) => {
      console.log(DOCKER_CONFIG);
      await new Promise((done) => setTimeout(done, 60_000));
    });`;
  const args = ['--input-type=module-typescript', '--eval', program];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  expect(await readdir(folder)).toEqual([]);
  const config = await readFile(path.join(said.toString().trim(), 'config.json'), 'utf8');
  expect(config).not.toContain(secret);
  expect(config).not.toContain(Buffer.from(`ada:${secret}`).toString('base64'));
}, 30_000);
