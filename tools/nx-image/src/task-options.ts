/** The options of build, verify and recall, as build.schema.json has them. */
import type { BuildRequest } from '@pysan/planning';

export interface TaskOptions extends BuildRequest {
  /** A registry from which published parents are pulled: `ghcr.io/acme`. */
  readonly parents?: string;
  /** Path of an existing resolution. If given, the other options are ignored. */
  readonly resolution?: string;
}
