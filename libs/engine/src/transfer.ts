/** Pushes and pulls images by the engine, which only sends layers that the registry lacks. */
import { repeatCommand } from '@pysan/http';
import { UpstreamError } from '@pysan/model';

import { dockerError, tryDocker } from './docker.ts';

/** Pushes the image with that name, `ghcr.io/acme/numpy-tsan:3.14.3t`, and returns its digest. Throws an UpstreamError if that fails. */
export async function pushImage(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const said = await transfer(['push', name], name, env);
  const digest = /\bdigest: (sha256:[0-9a-f]{64})\b/.exec(said)?.[1];
  if (digest === undefined) {
    throw new UpstreamError(`${name} was pushed, but docker did not report its digest: ${said.slice(-200)}`);
  }
  return digest;
}

/** Pulls an image by its digest. Throws an UpstreamError if that fails. */
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

/** docker does not show the registry's message, only the status. */
function remedyFor(message: string): string {
  return /HTTP status: 5\d\d/.test(message) ? 'The registry itself failed. Its disk may be full; see its log. ' : '';
}
