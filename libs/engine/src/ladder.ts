/**
 * Decides how to get a container engine. Pure: the facts about the machine are arguments.
 *
 * A running engine is used as it is. An installed engine that does not run is only started as root, and only if docker is not
 * pointed to another engine. On Debian and Ubuntu the distribution's packages are installed.
 */

/** The architecture of the images. No other will do, because a sanitizer is unreliable under emulation. */
export const imageArchitecture = 'amd64';

export interface Situation {
  /** The result of `docker version`. `denied`: an engine runs, but the user may not use it. */
  readonly probe: 'answers' | 'denied' | 'silent' | 'no client';
  /** The engine that DOCKER_HOST or a docker context other than the default names. */
  readonly pointedTo: string | undefined;
  readonly dockerd: boolean;
  readonly root: boolean;
  readonly platform: NodeJS.Platform;
  /** ID and ID_LIKE of os-release: `debian`, `ubuntu debian`. */
  readonly distribution: string;
}

export type Step = { readonly do: 'use' | 'start' | 'install' } | { readonly do: 'give up'; readonly message: string };

/** The next step to a usable engine, or one line that says what the user must do. */
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
    return 'A container engine runs here, but you have no permission to use it. Run `sudo usermod -aG docker $USER` and log in again, or use sudo.';
  }
  if (pointedTo !== undefined && probe === 'silent') {
    return `No container engine answers at ${pointedTo}. Start it, or point docker to another engine with DOCKER_HOST or \`docker context use\`.`;
  }
  if (platform !== 'linux') {
    return 'No container engine runs here. Start or install Docker Desktop, or point DOCKER_HOST to an engine on amd64.';
  }
  if (!root) {
    return dockerd
      ? 'No container engine runs here. Start it with `sudo systemctl start docker`, or run this command as root.'
      : 'No container engine is installed. Install Docker with its buildx plugin (Debian, Ubuntu: docker.io and docker-buildx), or run this command as root.';
  }
  if (!(dockerd && probe === 'silent') && !isDebianLike(situation)) {
    return 'No container engine is installed, and this is neither Debian nor Ubuntu. Install Docker with its buildx plugin.';
  }
  return undefined;
}

function isDebianLike({ distribution }: Situation): boolean {
  return /\b(?:debian|ubuntu)\b/.test(distribution);
}
