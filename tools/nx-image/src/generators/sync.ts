/**
 * Nx sync generator: updates generated copies. The defaults of the Dockerfiles come from the locks; the picture and the table
 * of images, and their workflows, from the project graph; the table of recall from the results of `bench/recall.ts`. `nx sync`
 * writes them, and `nx sync:check` fails if one is out of date.
 */
import { formatFiles, type ProjectConfiguration, readJson, type Tree } from '@nx/devkit';
import type { Image } from '@pysan/model';
import { dockerfileOf, parseImages, parseLocks } from '@pysan/workspace';

import { withDefaults } from '../sync/default-arguments.ts';
import { drawChain } from '../sync/draw-chain.ts';
import { generatedMark, imageWorkflow, workflowFolder } from '../sync/image-workflow.ts';
import { imageTable } from '../sync/image-table.ts';
import { recallTable } from '../sync/recall-table.ts';
import { replaceSection } from '../sync/sections.ts';

/** Updates the generated files of the tree. Throws a ConfigError for a malformed lock or project.json. */
export default async function sync(tree: Tree): Promise<{ outOfSyncMessage: string; outOfSyncDetails: string[] }> {
  const images = imagesOf(tree);
  const locks = parseLocks(textsOf(tree, 'versions', 'lock.json'));
  for (const file of [...images.keys()].map(dockerfileOf).filter((name) => tree.exists(name))) {
    edit(tree, file, (text) => withDefaults(text, locks));
  }
  const picture = drawChain(images.values())
    .map((line) => `    ${line}`)
    .join('\n');
  edit(tree, 'README.md', (text) => replaceSection('README.md', text, 'chain', picture));
  edit(tree, 'README.md', (text) => replaceSection('README.md', text, 'images', tableOf(tree, images)));
  edit(tree, 'README.md', (text) => replaceSection('README.md', text, 'recall', recallTable(recallOf(tree))));
  edit(tree, 'ARCHITECTURE.md', (text) => replaceSection('ARCHITECTURE.md', text, 'chain', picture));
  writeWorkflows(tree, images);
  await formatFiles(tree);
  return {
    outOfSyncMessage: 'Generated defaults, pictures, tables or workflows are out of date:',
    outOfSyncDetails: tree.listChanges().map((change) => change.path),
  };
}

function writeWorkflows(tree: Tree, images: ReadonlyMap<string, Image>): void {
  const wanted = [...images.values()].map(({ name, workflow }) => {
    const hasOwnTests = tree.exists(`images/${name}/own-tests`);
    return [`${workflowFolder}/${workflow}`, imageWorkflow(images, name, hasOwnTests)] as const;
  });
  const generated = tree
    .children(workflowFolder)
    .map((name) => `${workflowFolder}/${name}`)
    .filter((file) => textOf(tree, file).startsWith(generatedMark));
  generated.filter((file) => !wanted.some(([name]) => name === file)).forEach((file) => tree.delete(file));
  wanted.forEach(([file, text]) => {
    tree.write(file, text);
  });
}

function tableOf(tree: Tree, images: ReadonlyMap<string, Image>): string {
  const descriptions = [...images.keys()].map((name) => {
    const { metadata } = readJson<ProjectConfiguration>(tree, `images/${name}/project.json`);
    return [name, metadata?.description ?? ''] as const;
  });
  return imageTable(images, new Map(descriptions));
}

/** The figures of bench/recall.ts, one file for each image, in the order of the files. */
function recallOf(tree: Tree): Record<string, string> {
  const names = tree.children('bench/results').filter((name) => name.startsWith('recall-'));
  const files = names.toSorted().map((name) => `bench/results/${name}`);
  return Object.fromEntries(files.map((file) => [file, textOf(tree, file)]));
}

/** The images of the tree. Throws a ConfigError that lists every problem of all of them. */
export function imagesOf(tree: Tree): ReadonlyMap<string, Image> {
  const texts = { ...textsOf(tree, 'images', 'project.json'), ...textsOf(tree, 'images', 'Dockerfile') };
  return parseImages(texts, Object.keys(textsOf(tree, 'versions', 'lock.json')));
}

/** The texts of `<parent>/<folder>/<name>` by their paths, in the order of the folders; folders without it are left out. */
export function textsOf(tree: Tree, parent: string, name: string): Record<string, string> {
  const files = tree.children(parent).map((folder) => `${parent}/${folder}/${name}`);
  return Object.fromEntries(files.filter((file) => tree.exists(file)).map((file) => [file, textOf(tree, file)]));
}

function edit(tree: Tree, file: string, change: (text: string) => string): void {
  tree.write(file, change(textOf(tree, file)));
}

function textOf(tree: Tree, file: string): string {
  return tree.read(file, 'utf-8') ?? '';
}
