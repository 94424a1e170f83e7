/** Layers go and come by the engine: it knows which of them a registry has, and sends only the rest. */
import { UpstreamError } from '@pysan/model';

import { dockerError, tryDocker } from './docker.ts';

/** Pushes what the engine has under that name: `ghcr.io/acme/numpy-tsan:3.14.3t-b…`. UpstreamError when that fails. */
export async function pushImage(name: string, env: Readonly<Record<string, string>>): Promise<void> {
  await transfer(['push', '--quiet', name], name, env);
}

/** Pulls an image by its digest. UpstreamError when that fails. */
export async function pullImage(reference: string, env: Readonly<Record<string, string>>): Promise<void> {
  await transfer(['pull', '--quiet', reference], reference, env);
}

async function transfer(
  args: readonly string[],
  reference: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await tryDocker(args, env);
  if (answer?.exitCode !== 0) {
    const { message } = dockerError(args, answer);
    throw new UpstreamError(
      `${reference}: ${message}. ${remedyFor(message)}Run the command again: it continues where it stopped.`,
    );
  }
}

/** docker keeps to itself what the registry said beside the status. */
function remedyFor(message: string): string {
  return /HTTP status: 5\d\d/.test(message) ? 'The registry itself failed. Its disk may be full; see its log. ' : '';
}
