/** CPython: the newest release of each tracked series whose tarball python.org serves. */
import type { Entries, Site } from '@pysan/http';
import { type AnnouncedCpython, findCpythonSource, listCpythonReleases } from '@pysan/sources';
import { seriesOf } from '@pysan/model';
import {
  type CpythonRelease,
  type Locks,
  newerReleases,
  newestHeld,
  passOverMalformed,
  type Resolved,
  resolveReleases,
  type Search,
  searchFirst,
} from '@pysan/versions';

/** The lock with python.org's releases of the series (`3.14`). Throws an UpstreamError if python.org does not answer. */
export async function resolveCpython(
  lock: Locks['cpython'],
  series: readonly string[],
  { preRelease, site }: { readonly preRelease: boolean; readonly site: Site },
): Promise<Resolved<Locks['cpython']>> {
  const announced = await listCpythonReleases(site);
  const held = (name: string): string | undefined =>
    newestHeld(
      lock.releases.filter(({ version }) => seriesOf(version) === name),
      preRelease,
    );
  const searches = await Promise.all(
    series.map((name) => searchSeries(name, { announced, held: held(name), preRelease, site })),
  );
  const { lock: releases, news } = resolveReleases('cpython', lock.releases, searches);
  return { lock: { ...lock, releases }, news };
}

interface SeriesQuestion {
  readonly announced: Entries<AnnouncedCpython>;
  /** The newest known version. Only newer ones are searched for. */
  readonly held: string | undefined;
  readonly preRelease: boolean;
  readonly site: Site;
}

/** The newest buildable release of a series that is newer than the locked one. */
export async function searchSeries(
  series: string,
  { announced, held, preRelease, site }: SeriesQuestion,
): Promise<Search<CpythonRelease>> {
  const ofSeries = announced.entries.filter(({ version }) => seriesOf(version) === series);
  const candidates = newerReleases(ofSeries, held, preRelease);
  const { passedOver, ...search } = await searchFirst(candidates, (release) => findCpythonSource(release, site));
  const malformed = passOverMalformed("python.org's", announced.malformed);
  return { subject: series, held, ...search, passedOver: [...malformed, ...passedOver] };
}
