/** Layers go and come by the engine: it knows which of them a registry has, and sends only the rest. */
import { dockerError, inspectImage, removeTag, tagImage, tryDocker } from '@pysan/engine';
import { UpstreamError } from '@pysan/model';

/** Pushes an image of the engine under a name and tag: `ghcr.io/acme/numpy-tsan:3.14.3t-b…`. UpstreamError when that fails. */
export async function pushImage(local: string, remote: string, env: Record<string, string>): Promise<void> {
  await tagImage(local, remote);
  try {
    await transfer(['push', '--quiet', remote], remote, env);
  } finally {
    await removeTag(remote);
  }
}

/** Pulls an image by its digest, and gives it a name. UpstreamError when that fails. */
export async function pullImage(
  reference: string,
  local: string | undefined,
  env: Record<string, string>,
): Promise<void> {
  await transfer(['pull', '--quiet', reference], reference, env);
  if (local !== undefined && (await inspectImage(local)) === undefined) {
    await tagImage(reference, local);
  }
}

async function transfer(args: readonly string[], reference: string, env: Record<string, string>): Promise<void> {
  const answer = await tryDocker(args, env);
  if (answer?.exitCode !== 0) {
    const { message } = dockerError(args, answer);
    throw new UpstreamError(`${reference}: ${message}. ${remedyFor(message)}Run it again: it goes on from there.`);
  }
}

/** docker keeps to itself what the registry said beside the status. */
function remedyFor(message: string): string {
  return /HTTP status: 5\d\d/.test(message) ? 'The registry itself failed: is its disk full? Its log says more. ' : '';
}
