/** The options of build, verify and recall, as build.schema.json has them. */
import type { BuildRequest } from '@pysan/planning';

export interface TaskOptions extends BuildRequest {
  /** A registry whose published parents are taken: `ghcr.io/acme`. */
  readonly parents?: string;
  /** Path of a resolution that was made before; then what else is asked for does not count. */
  readonly resolution?: string;
}
