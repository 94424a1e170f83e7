/**
 * Decides how to come by a container engine. Pure: what was found on the machine comes in.
 *
 * A running engine is used as it is. One that is installed and does not run is started by us only as
 * root and only when nobody pointed docker elsewhere; Debian and Ubuntu get their own packages.
 */

/** The architecture that images are made for; a sanitizer under emulation lies, so nothing else will do. */
export const imageArchitecture = 'amd64';

export interface Situation {
  /** What `docker version` came to; `denied`: the engine is there and the user may not use it. */
  readonly probe: 'answers' | 'denied' | 'silent' | 'no client';
  /** What DOCKER_HOST names, or a docker context other than the default. */
  readonly pointedTo: string | undefined;
  readonly dockerd: boolean;
  readonly root: boolean;
  readonly platform: NodeJS.Platform;
  /** ID and ID_LIKE of os-release: `debian`, `ubuntu debian`. */
  readonly distribution: string;
}

export type Step = { readonly do: 'use' | 'start' | 'install' } | { readonly do: 'give up'; readonly message: string };

/** The next step to a usable engine, or one line that says what the user has to do. */
export function nextStep(situation: Situation): Step {
  if (situation.probe === 'answers') {
    return { do: 'use' };
  }
  const message = obstacle(situation);
  if (message !== undefined) {
    return { do: 'give up', message };
  }
  return { do: situation.dockerd && situation.probe === 'silent' ? 'start' : 'install' };
}

function obstacle(situation: Situation): string | undefined {
  const { probe, pointedTo, dockerd, root, platform } = situation;
  if (probe === 'denied') {
    return 'A container engine runs here, but you have no permission to use it: run `sudo usermod -aG docker $USER` and log in again, or use sudo.';
  }
  if (pointedTo !== undefined && probe === 'silent') {
    return `No container engine answers at ${pointedTo}: start it, or point docker to another engine with DOCKER_HOST or \`docker context use\`.`;
  }
  if (platform !== 'linux') {
    return 'No container engine runs here: start Docker Desktop, or install it, or point DOCKER_HOST to an engine on amd64.';
  }
  if (!root) {
    return dockerd
      ? 'No container engine runs here: start it with `sudo systemctl start docker`, or run this command as root.'
      : 'No container engine is installed: install Docker with its buildx plugin (Debian, Ubuntu: docker.io and docker-buildx), or run this command as root.';
  }
  if (!(dockerd && probe === 'silent') && !isDebianLike(situation)) {
    return 'No container engine is installed, and this is neither Debian nor Ubuntu: install Docker with its buildx plugin.';
  }
  return undefined;
}

function isDebianLike({ distribution }: Situation): boolean {
  return /\b(?:debian|ubuntu)\b/.test(distribution);
}
