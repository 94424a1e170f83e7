/**
 * Runs the docker CLI. The CLI chooses the engine itself: DOCKER_HOST, the context, or the default socket.
 */
import { EngineError } from '@pysan/model';
import { execa } from 'execa';

export interface DockerResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The CLI's output, whatever its exit code; undefined if this machine has no docker CLI. `env` is added to the environment
 * of this process.
 */
export async function tryDocker(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<DockerResult | undefined> {
  const { code, exitCode, stdout, stderr, shortMessage } = await execa('docker', args, {
    env,
    reject: false,
    stdin: 'ignore',
  });
  if (code === 'ENOENT') {
    return undefined;
  }
  return { exitCode: exitCode ?? 1, stdout, stderr: exitCode === undefined ? (shortMessage ?? '') : stderr };
}

/** The CLI's stdout. If it fails, throws an EngineError with its output. */
export async function docker(args: readonly string[]): Promise<string> {
  const answer = await tryDocker(args);
  if (answer?.exitCode !== 0) {
    throw dockerError(args, answer);
  }
  return answer.stdout;
}

/** The error for a failed docker command: the command, and the CLI's message. */
export function dockerError(args: readonly string[], answer: DockerResult | undefined): EngineError {
  const said = answer === undefined ? 'there is no docker command on this machine' : answer.stderr.trim();
  return new EngineError(`docker ${args.slice(0, 2).join(' ')}: ${said}`);
}
