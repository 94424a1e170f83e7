/** Locks of the source packages that are built with Debian's patches, for specs that are about something else. */
import { type Locks, packagesOfDebian } from '@pysan/versions';

type Name = (typeof packagesOfDebian)[number];

/** Each with one release, `1.0-1`. */
export const debianPackages = Object.fromEntries(
  packagesOfDebian.map((component) => [
    component,
    { component, releases: [{ version: '1.0-1', sha256: 'e'.repeat(64), path: `pool/${component}_1.0-1.dsc` }] },
  ]),
) as unknown as { readonly [N in Name]: Locks[N] };
