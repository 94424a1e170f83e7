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
    { hashChecks, repositoriesOf, listPublished },
    { connect, findGitHubPackages, parseNamespace },
    { readImages },
    { readEach },
    { formatImages, jsonOf },
    { root },
  ] = await Promise.all([
    import('@pysan/releases'),
    import('@pysan/registry'),
    import('@pysan/workspace'),
    import('../read-each.ts'),
    import('../output/format-images.ts'),
    import('../root.ts'),
  ]);
  const namespace = parseNamespace(from);
  const all = await readImages(root);
  const registry = connect(namespace, process.env);
  const repositories = repositoriesOf(registry, namespace, [...all.keys()], findGitHubPackages(process.env));
  const { values, failure } = await readEach(repositories, ({ repository }) => listPublished(repository));
  const listing = { repositories: values, checks: await hashChecks(root, all), now: new Date() };
  console.log(json ? JSON.stringify(jsonOf(listing), undefined, 2) : formatImages(listing));
  console.error(`${namespace.host} was asked ${registry.requests} times.`);
  if (failure !== undefined) {
    throw failure;
  }
}
