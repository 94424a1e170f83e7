/**
 * For tests: a machine whose programs record what they are asked, without a network. What would change a machine is
 * recorded and fails.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Machine {
  /** For a process that runs on it. */
  readonly env: Record<string, string>;
  /** `docker image inspect toolchain:latest`, in order. */
  readonly asked: () => Promise<string[]>;
  /** What was written into the home and temporary folders, without caches. */
  readonly written: () => Promise<string[]>;
  readonly remove: () => Promise<void>;
}

/** What docker comes to: `absent`, no client; `stopped`, no engine answers; `runs`, and has a base image and nothing else. */
export type EngineState = 'absent' | 'stopped' | 'runs';

const changing = ['apt-get', 'dockerd', 'mmdebstrap', 'systemctl'];

const base = {
  ...{ Id: `sha256:${'0'.repeat(64)}`, Created: '2026-01-01T00:00:00Z', Size: 1, Config: {} },
  ...{ RepoTags: ['pysan-base:trixie'], RepoDigests: [`debian@sha256:${'1'.repeat(64)}`] },
};
const info = { ServerVersion: '28.0.0', Architecture: 'x86_64', MemTotal: 8e9, DockerRootDir: '/', ClientInfo: {} };

const docker: Readonly<Record<Exclude<EngineState, 'absent'>, string>> = {
  stopped: `case "$1 $2" in
    'context show') echo default ;;
    *) echo 'Cannot connect to the Docker daemon.' >&2; exit 1 ;;
  esac`,
  runs: `case "$*" in
    'version '*) echo '28.0.0 amd64 linux' ;;
    'context show') echo default ;;
    'image ls '*) ;;
    'image inspect '*' pysan-base:'*) echo '${JSON.stringify(base)}' ;;
    'image inspect '*) echo 'Error: No such image' >&2; exit 1 ;;
    'info '*) echo '${JSON.stringify(info)}' ;;
    *) echo 'refused' >&2; exit 1 ;;
  esac`,
};

/** Makes one with docker in that state. */
export async function makeMachine(engine: EngineState): Promise<Machine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-machine-'));
  const [home, temporary, log] = [path.join(folder, 'home'), path.join(folder, 'tmp'), path.join(folder, 'log')];
  await Promise.all([home, temporary].map((it) => mkdir(it)));
  const bin = await writePrograms(folder, log, {
    ...Object.fromEntries(changing.map((name) => [name, 'exit 1'])),
    ...(engine === 'absent' ? {} : { docker: docker[engine] }),
  });
  return {
    env: {
      ...{ HOME: home, TMPDIR: temporary, PATH: `${bin}:${path.dirname(process.execPath)}` },
      // Nothing listens there, so no host can be reached by name.
      ...{ HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' },
    },
    asked: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    written: async () => (await Promise.all([home, temporary].map(listFiles))).flat(),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function writePrograms(folder: string, log: string, programs: Readonly<Record<string, string>>): Promise<string> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  for (const [name, body] of Object.entries(programs)) {
    const text = `#!/bin/sh\necho "${name} $*" >>'${log}'\n${body}\n`;
    await writeFile(path.join(bin, name), text, { mode: 0o755 });
  }
  return bin;
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name))).filter(isNoCache);
}

function isNoCache(file: string): boolean {
  return !file.split(path.sep).includes('.cache');
}
