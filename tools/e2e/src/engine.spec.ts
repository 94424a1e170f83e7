/** libs/engine and `pysan run` against the engine that runs here; `toolchain` must have been built. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  docker,
  inspectImage,
  openEngine,
  personalityProfile,
  readMmapRndBits,
  removeTag,
  runContainer,
  runLimited,
  tagImage,
} from '@pysan/engine';
import { EngineError } from '@pysan/model';
import { execa } from 'execa';

const image = 'toolchain:latest';
const root = path.resolve(import.meta.dirname, '../../..');
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** Containers that a process of pysan owns. */
async function containersOf(pid: number | undefined): Promise<string> {
  return docker(['ps', '--all', '--quiet', `--filter=label=org.pysan.owner=${hostname()}:${String(pid)}`]);
}

function sh(script: string): { image: string; command: string[] } {
  return { image, command: ['sh', '-c', script] };
}

describe('the engine', () => {
  it('answers', async () => {
    expect(await openEngine()).toMatchObject({ system: 'linux', architecture: 'amd64' });
  });

  it('tells a name that it lacks from a question that it cannot answer', async () => {
    expect(await inspectImage('pysan-nothing:1')).toBeUndefined();
    await expect(inspectImage('Not A Reference')).rejects.toThrow(EngineError);
  });

  it('names an image and takes the name away, twice', async () => {
    await tagImage(image, 'pysan-e2e:1');
    expect(await inspectImage('pysan-e2e:1')).toMatchObject({ id: (await inspectImage(image))?.id });
    await removeTag('pysan-e2e:1');
    await removeTag('pysan-e2e:1');
    expect(await inspectImage('pysan-e2e:1')).toBeUndefined();
  });
});

describe('a container', () => {
  it('hands back what the command printed and its exit code', async () => {
    const result = await runContainer({ ...sh('id -u; echo no >&2; exit 125'), user: '1001:1001', network: 'none' });
    expect(result).toEqual({ exitCode: 125, stdout: '1001\n', stderr: 'no\n', timedOut: false });
  });

  it('has limits in a verification, which docker says nothing of', async () => {
    const files = '/sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes';
    const pids = '/sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max';
    const result = await runLimited(sh(`cat ${files} ${pids} 2>/dev/null; exit 0`));
    const [memory, processes] = result.stdout.split('\n').map(Number);
    expect(memory).toBeGreaterThan(2 ** 30);
    expect([processes, result.stderr]).toEqual([4096, '']);
  });

  it('says which limit ended it', async () => {
    const limits = { memoryBytes: 100 * 2 ** 20, limitsSwap: true, processes: 20 };
    const hungry = await runContainer({ ...sh('head -c 300m /dev/zero | tail -c 300m >/dev/null; exit 3'), limits });
    expect(hungry).toMatchObject({ exitCode: 3, exceeded: expect.stringMatching(/^killed: .* 0\.1 GiB of memory/) });
    const many = await runContainer({ ...sh('for i in $(seq 40); do sleep 5 & done'), limits });
    expect(many.exceeded).toMatch(/may have 20 processes and threads$/);
  });

  it('reads its stdin', async () => {
    expect(await runContainer({ image, command: ['cat'] }, { input: 'in' })).toMatchObject({ stdout: 'in' });
  });

  it('is not pulled', async () => {
    await expect(runContainer({ image: 'pysan-nothing:1', command: [] })).rejects.toThrow(/No such image/);
  });

  it('is gone after a time-out, whatever it does about signals', async () => {
    const result = await runContainer(sh('trap "" TERM INT; echo on; sleep 60'), { timeoutSeconds: 2 });
    expect(result).toEqual({ exitCode: 137, stdout: 'on\n', stderr: '', timedOut: true });
    expect(await containersOf(process.pid)).toBe('');
  });

  it('is gone after an abort', async () => {
    await expect(runContainer(sh('sleep 60'), { signal: AbortSignal.timeout(1000) })).rejects.toThrow('aborted');
    expect(await containersOf(process.pid)).toBe('');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is gone, and so are others, when their process gets %s', async (signal) => {
    const stubborn = JSON.stringify(sh('trap "" TERM INT; sleep 60'));
    const program = `import { runContainer } from '@pysan/engine';
      await Promise.all([runContainer(${stubborn}), runContainer(${stubborn})]);`;
    const child = execa(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, reject: false });
    await waitFor(async () => (await containersOf(child.pid)).split('\n').length === 2);
    child.kill(signal);
    expect(await child).toMatchObject({ signal });
    expect(await containersOf(child.pid)).toBe('');
  });
});

describe('pysan run', () => {
  const pysan = (args: string[], cwd = root) =>
    execa(path.join(root, 'pysan'), args, { cwd, reject: false, input: 'from stdin' });

  it('passes arguments, stdin, folder and exit code on', async () => {
    const command = ['sh', '-c', 'pwd; ls -d package.json; cat; echo "$@"; exit 66', 'sh', '--python', '--', '-h'];
    const result = await pysan(['run', 'toolchain', '--', ...command]);
    expect(result).toMatchObject({ exitCode: 66, stdout: '/work\npackage.json\nfrom stdin--python -- -h', stderr: '' });
  });

  it('names the build command when the image is not there', async () => {
    const result = await pysan(['run', 'toolchain', '--python', '3.99t', '--', 'true']);
    expect(result).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('pysan build toolchain --python 3.99t'),
    });
  });

  it('names the nearest image', async () => {
    const result = await pysan(['run', 'toolchian', '--', 'true']);
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean toolchain?') });
  });
});

(isRoot ? describe : describe.skip)('a host with 32 bits of randomisation', () => {
  let folder: string;
  const mounts = () => [{ source: folder, target: '/start' }];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pysan-start-'));
    await writeFile(path.join(folder, 'start.c'), 'int main(void) { return 0; }\n');
    const compile = 'clang -fsanitize=thread -o /start/start /start/start.c';
    expect((await runContainer({ ...sh(compile), mounts: mounts() })).exitCode).toBe(0);
  });

  afterAll(() => rm(folder, { recursive: true }));

  // Everybody's programs start with 32 bits meanwhile, so this is short.
  async function startTwentyTimes(securityOptions: string[]): Promise<string> {
    const script = 'n=0; for i in $(seq 20); do /start/start && n=$((n+1)); done; echo $n';
    const bits = await readMmapRndBits();
    await writeFile('/proc/sys/vm/mmap_rnd_bits', '32');
    try {
      const { stdout, stderr } = await runContainer({ ...sh(script), mounts: mounts(), securityOptions });
      return `${stdout.trim()} ${stderr}`;
    } finally {
      await writeFile('/proc/sys/vm/mmap_rnd_bits', String(bits));
    }
  }

  it("keeps ThreadSanitizer from starting under Docker's default profile", async () => {
    expect(await startTwentyTimes([])).toMatch(/^1?\d [^]*FATAL: ThreadSanitizer/);
  });

  it('lets it start with the rule that pysan run brings', async () => {
    expect(await startTwentyTimes([`seccomp=${personalityProfile}`])).toBe('20 ');
  });
});

(isRoot ? describe : describe.skip)('an engine of pysan', () => {
  // Namespaces of its own: there is no engine in them, and what is started there disturbs nobody.
  it('is started, found again, stopped, and keeps its data', async () => {
    const script = `
      mount --make-rprivate / && mount -t tmpfs tmpfs /run && ip link set lo up
      export PYSAN_DATA=$(mktemp -d)
      ./pysan engine status
      ./pysan engine start && ./pysan engine start
      echo FROM scratch | docker build --quiet --tag kept:1 - > /dev/null
      ./pysan engine stop; ./pysan engine status; ./pysan engine stop
      ./pysan engine start
      docker image ls --format '{{.Repository}}:{{.Tag}}'
      ./pysan engine stop; rm -rf "$PYSAN_DATA"`;
    const { stdout } = await execa('unshare', ['--mount', '--net', '--fork', 'bash', '-c', script], { cwd: root });
    const started = expect.stringContaining('started by pysan');
    const stopped = expect.stringContaining('is stopped');
    expect(stdout.split('\n')).toEqual([
      ...['No engine runs.', started, started, stopped, 'No engine runs.', 'No engine runs.'],
      ...[started, 'kept:1', stopped],
    ]);
  });
});

async function waitFor(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100 && !(await isTrue()); tries += 1) {
    await sleep(100);
  }
}
