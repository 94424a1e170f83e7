/** `pysan images --from <registry>`: lists the images that are published there. It changes nothing. */
import type { Command } from 'commander';

interface ImagesOptions {
  readonly from: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  pysan images --from ghcr.io/acme
  pysan images --from ghcr.io/acme --json
`;

export function register(program: Command): void {
  program
    .command('images')
    .summary('list the images in a registry')
    .description('Lists the published images: tags, digest, age, versions, compressed size and proof.')
    .requiredOption('--from <registry>', 'registry and owner: ghcr.io/acme')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', examples)
    .action(images);
}

async function images({ from, json = false }: ImagesOptions): Promise<void> {
  const [
    { hashChecks, repositoriesOf, listPublished, withSignatures },
    { findGitHub },
    { connect, parseNamespace },
    { readImages },
    { readEach },
    { formatImages, jsonOf },
    { root },
  ] = await Promise.all([
    import('@pysan/releases'),
    import('@pysan/github'),
    import('@pysan/registry'),
    import('@pysan/workspace'),
    import('../read-each.ts'),
    import('../output/format-images.ts'),
    import('../root.ts'),
  ]);
  const namespace = parseNamespace(from);
  const all = await readImages(root);
  const registry = connect(namespace, process.env);
  const repositories = repositoriesOf(registry, namespace, [...all.keys()], findGitHub(process.env, 'CI_TOKEN'));
  const { values, failure } = await withSignatures(root, namespace, (read) =>
    readEach(repositories, ({ repository }) => listPublished(repository, read)),
  );
  const listing = { repositories: values, checks: await hashChecks(root, all), now: new Date() };
  console.log(json ? JSON.stringify(jsonOf(listing), undefined, 2) : formatImages(listing));
  console.error(`${namespace.host} was asked ${registry.requests} times.`);
  if (failure !== undefined) {
    throw failure;
  }
}
