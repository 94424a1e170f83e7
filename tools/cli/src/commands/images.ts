/** `pysan images --from <registry>`: what is published there. It changes nothing. */
import type { Command } from 'commander';

interface ImagesOptions {
  readonly from: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('images')
    .description('list what is published: tags, digest, age, versions, size as pulled, proof')
    .requiredOption('--from <registry>', 'where: ghcr.io/acme')
    .option('--json', 'print the list as JSON')
    .action(images);
}

async function images({ from, json = false }: ImagesOptions): Promise<void> {
  const [
    { hashChecks, holdingsOf, readShelf },
    { connect, findGitHubPackages, parsePlace },
    { readImages },
    { readEach },
    { formatShelves, jsonOf },
    { root },
  ] = await Promise.all([
    import('@pysan/releases'),
    import('@pysan/registry'),
    import('@pysan/workspace'),
    import('../read-each.ts'),
    import('../output/format-shelves.ts'),
    import('../root.ts'),
  ]);
  const place = parsePlace(from);
  const all = await readImages(root);
  const registry = connect(place, process.env);
  const holdings = holdingsOf(registry, place, [...all.keys()], findGitHubPackages(process.env));
  const { values, failure } = await readEach(holdings, ({ repository }) => readShelf(repository));
  const shelves = { shelves: values, checks: await hashChecks(root, all), now: new Date() };
  console.log(json ? JSON.stringify(jsonOf(shelves), undefined, 2) : formatShelves(shelves));
  console.error(`${place.host} was asked ${registry.requests} times.`);
  if (failure !== undefined) {
    throw failure;
  }
}
