/** Whether Docker Hub can be reached: a rate limit or an error of its own is an answer, not a reason to go elsewhere. */
import { isReachable } from './http.ts';

export const dockerHub = 'https://registry-1.docker.io/v2/';

/** True when Docker Hub answers at all within 3 seconds. */
export function isDockerHubReachable(): Promise<boolean> {
  return isReachable(dockerHub, 3000);
}
