/** What must be true of retention whatever a registry holds: hundreds of generated ones, the same each time. */
import { expect, it } from '@jest/globals';
import type { Promotion } from '@pysan/tagging';

import type { Policy } from './kept-by-itself.ts';
import { planPrune, type Prune } from './prune.ts';
import { type Stored, storedName, subjectsOf } from './stored.ts';

const now = new Date('2026-11-25T12:00:00Z');
const retention = { supersededDays: 400, orphanDays: 7, promotions: { release: 5, dev: 20 } };

interface Repository {
  readonly image: string;
  readonly manifests: readonly Stored[];
  readonly promotions: readonly Promotion[];
  readonly holds: readonly [];
}

/** The same numbers each time: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function daysAgo(days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}

type Numbers = ReturnType<typeof numbersFrom>;

/** Fills one repository, day by day, with builds and all that may refer to them. */
class Generator {
  readonly manifests: Stored[] = [];
  readonly promotions: Promotion[] = [];
  readonly pins: string[] = [];
  private readonly named = new Map<string, string>();
  private readonly image: string;
  private readonly below: Numbers;

  constructor(image: string, below: Numbers) {
    this.image = image;
    this.below = below;
  }

  addBuild(day: number, others: readonly string[]): void {
    const buildId = this.newHex();
    const python = this.pick(['3.13.1t', '3.14.3t', '3.16t-dev']) ?? '';
    const tags = this.chance(80) ? [`${python}-b${buildId.slice(-12)}`] : [];
    const madeFrom = [this.pick(others), this.pick(others)].filter((id) => id !== undefined);
    const build = this.add({ tags, buildId, created: daysAgo(day), madeFrom });
    this.addReferrers(build);
    if (this.chance(60)) {
      this.promote(build, buildId, day, python);
    }
    if (this.chance(10)) {
      this.addIndex(build, day);
    }
    if (this.chance(5)) {
      this.pins.push(`${this.image}${tags[0] === undefined ? `@${build.digest}` : `:${tags[0]}`}`);
    }
    if (this.chance(5)) {
      this.add({ subject: `sha256:${this.newHex()}` });
    }
  }

  /** With the tags that move on what they name in the end. */
  repository(): Repository {
    const manifests = this.manifests.map((manifest) => {
      const moving = [...this.named].filter(([, digest]) => digest === manifest.digest).map(([tag]) => tag);
      return { ...manifest, tags: [...manifest.tags, ...moving] };
    });
    return { image: this.image, manifests, promotions: this.promotions, holds: [] };
  }

  private add(facts: Partial<Stored>): Stored {
    const age = this.chance(90) ? { created: daysAgo(this.below(900)) } : {};
    const manifest = { digest: `sha256:${this.newHex()}`, tags: [], children: [], ...age, ...facts };
    this.manifests.push(manifest);
    return manifest;
  }

  private addReferrers({ digest }: Stored): void {
    const tag = digest.replace(':', '-');
    const children = Array.from({ length: this.below(4) }, () => this.add({ subject: digest }).digest);
    if (this.chance(50)) {
      this.add({ tags: [tag], children });
    }
    if (this.chance(20)) {
      this.add({ tags: [`${tag}.sig`] });
    }
  }

  private promote({ digest }: Stored, buildId: string, day: number, python: string): void {
    const moved = [...new Set([python, python.replace(/\.\d+t$/, 't')])];
    const tags = moved.map((tag) => ({ tag, replaced: this.named.get(tag) ?? null }));
    this.promotions.push({ schemaVersion: 1, digest, buildId, at: daysAgo(day), by: 'publish', tags });
    moved.forEach((tag) => this.named.set(tag, digest));
  }

  private addIndex({ digest }: Stored, day: number): void {
    const other = this.chance(50) ? [this.add({}).digest] : [];
    this.addReferrers(this.add({ children: [digest, ...other], tags: this.chance(30) ? [`list${day}`] : [] }));
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  private chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  private newHex(): string {
    return Array.from({ length: 8 }, () =>
      this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
  }
}

/** A registry with a chain of three images, and what consumers pin of it. */
function generate(seed: number, builds: number): { repositories: Repository[]; policy: Policy } {
  const below = numbersFrom(seed);
  const generators: Generator[] = [];
  for (const image of ['toolchain', 'cpython', 'numpy-tsan']) {
    const others = generators.flatMap(({ manifests }) => manifests.flatMap(({ buildId }) => buildId ?? []));
    const generator = new Generator(image, below);
    Array.from({ length: builds }, (_, index) => 900 - index).forEach((day) => generator.addBuild(day, others));
    generators.push(generator);
  }
  const pins = generators.flatMap((generator) => generator.pins);
  return { repositories: generators.map((it) => it.repository()), policy: { retention, pins, now } };
}

/** What is there after the first deletions of a plan; the records of what is gone are gone with it. */
function apply(repositories: readonly Repository[], { remove }: Prune, count = remove.length): Repository[] {
  const gone = new Set(remove.slice(0, count).map(({ image, digest }) => storedName(image, digest)));
  return repositories.map(({ image, manifests, promotions }) => ({
    image,
    manifests: manifests.filter(({ digest }) => !gone.has(storedName(image, digest))),
    promotions: promotions.filter(({ digest }) => !gone.has(storedName(image, digest))),
    holds: [],
  }));
}

/** All that names something which was there `before` and is not there any more. */
function broken(before: readonly Repository[], after: readonly Repository[]): string[] {
  const lost = before.flatMap(({ image, manifests }, index) => {
    const left = new Set(after[index]?.manifests.map(({ digest }) => digest));
    return manifests.filter(({ digest }) => !left.has(digest)).map((manifest) => ({ image, manifest }));
  });
  const lostNames = new Set(lost.map(({ image, manifest }) => storedName(image, manifest.digest)));
  const lostBuilds = new Set(lost.flatMap(({ manifest }) => manifest.buildId ?? []));
  const lostReferrers = new Set(
    lost.flatMap(({ image, manifest }) => subjectsOf(manifest).map((subject) => storedName(image, subject))),
  );
  return after.flatMap(({ image, manifests }) =>
    manifests
      .filter(
        ({ digest, children, madeFrom = [] }) =>
          children.some((child) => lostNames.has(storedName(image, child))) ||
          madeFrom.some((id) => lostBuilds.has(id)) ||
          lostReferrers.has(storedName(image, digest)),
      )
      .map(({ digest }) => storedName(image, digest)),
  );
}

/** The names of whatever a registry must not lose by its policy, found without the planner. */
function precious({ repositories, policy }: ReturnType<typeof generate>): string[] {
  return repositories.flatMap(({ image, manifests, promotions }) => {
    const tagged = manifests.filter(({ tags }) =>
      tags.some((tag) => /^(?:3\.\d+(?:\.\d+)?t|3\.16t-dev|list\d+)$/.test(tag)),
    );
    const pinned = manifests.filter(({ digest, tags }) =>
      policy.pins.some((pin) => pin === `${image}@${digest}` || tags.some((tag) => pin === `${image}:${tag}`)),
    );
    const last = ['3.13.1t', '3.13t', '3.14.3t', '3.14t', '3.16t-dev'].flatMap((tag) =>
      promotions.filter(({ tags }) => tags.some((entry) => entry.tag === tag)).slice(tag.endsWith('-dev') ? -20 : -5),
    );
    return [...tagged, ...pinned, ...last].map(({ digest }) => storedName(image, digest));
  });
}

const worlds = Array.from({ length: 40 }, (_, index) => generate(index + 1, 50));

it('loses nothing that it must keep, nor anything that is named by what stays, and does something', () => {
  let removed = 0;
  for (const world of worlds) {
    const plan = planPrune(world.repositories, world.policy);
    const after = apply(world.repositories, plan);
    const left = new Set(
      after.flatMap(({ image, manifests }) => manifests.map(({ digest }) => storedName(image, digest))),
    );
    expect(precious(world).filter((name) => !left.has(name))).toEqual([]);
    expect(broken(world.repositories, after)).toEqual([]);
    removed += plan.remove.length;
  }
  expect(removed).toBeGreaterThan(3000);
});

it('keeps no referrer whose subject went', () => {
  for (const { repositories, policy } of worlds) {
    for (const [index, { manifests }] of apply(repositories, planPrune(repositories, policy)).entries()) {
      const there = new Set(repositories[index]?.manifests.map(({ digest }) => digest));
      const left = new Set(manifests.map(({ digest }) => digest));
      const orphaned = manifests.filter((it) =>
        subjectsOf(it).some((subject) => there.has(subject) && !left.has(subject)),
      );
      expect(orphaned).toEqual([]);
    }
  }
});

it('has nothing to do the second time', () => {
  for (const { repositories, policy } of worlds) {
    const after = apply(repositories, planPrune(repositories, policy));
    expect(planPrune(after, policy).remove).toEqual([]);
  }
});

it('may be cut anywhere: no image and no index names what is gone, and the next run keeps what this one keeps', () => {
  for (const { repositories, policy } of worlds.slice(0, 2)) {
    const plan = planPrune(repositories, policy);
    const keep = new Set(plan.keep.map(({ digest }) => digest));
    for (const [count, { after }] of plan.remove.entries()) {
      const cut = apply(repositories, plan, count);
      const done = new Set(plan.remove.slice(0, count).map(({ image, digest }) => storedName(image, digest)));
      expect(after.filter((name) => !done.has(name))).toEqual([]);
      expect(broken(repositories, cut)).toEqual([]);
      expect(planPrune(cut, policy).remove.filter(({ digest }) => keep.has(digest))).toEqual([]);
    }
  }
});

it('decides on thousands of manifests at once', () => {
  const { repositories, policy } = generate(1, 600);
  expect(repositories.flatMap(({ manifests }) => manifests).length).toBeGreaterThan(5000);
  const start = process.cpuUsage();
  planPrune(repositories, policy);
  // Time of this process's own, since others may keep the machine busy. It was 0.06 to 0.15 s.
  expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
});
