/** Layers go and come by the engine: it knows which of them a registry has, and sends only the rest. */
import { repeatCommand } from '@pysan/http';
import { UpstreamError } from '@pysan/model';

import { dockerError, tryDocker } from './docker.ts';

/** Pushes what the engine has under that name, `ghcr.io/acme/numpy-tsan:3.14.3t`, and answers its digest. UpstreamError when that fails. */
export async function pushImage(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const said = await transfer(['push', name], name, env);
  const digest = /\bdigest: (sha256:[0-9a-f]{64})\b/.exec(said)?.[1];
  if (digest === undefined) {
    throw new UpstreamError(`${name} was pushed, but docker does not tell its digest: ${said.slice(-200)}`);
  }
  return digest;
}

/** Pulls an image by its digest. UpstreamError when that fails. */
export async function pullImage(reference: string, env: Readonly<Record<string, string>>): Promise<void> {
  await transfer(['pull', '--quiet', reference], reference, env);
}

async function transfer(
  args: readonly string[],
  reference: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const absent = { exitCode: 1, stdout: '', stderr: 'there is no docker command on this machine' };
  const answer = await repeatCommand(async () => (await tryDocker(args, env)) ?? absent);
  if (answer.exitCode !== 0) {
    const { message } = dockerError(args, answer);
    throw new UpstreamError(
      `${reference}: ${message}. ${remedyFor(message)}Run the command again: it continues where it stopped.`,
    );
  }
  return answer.stdout;
}

/** docker keeps to itself what the registry said beside the status. */
function remedyFor(message: string): string {
  return /HTTP status: 5\d\d/.test(message) ? 'The registry itself failed. Its disk may be full; see its log. ' : '';
}
