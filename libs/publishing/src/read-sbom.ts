/** Reads the contents of an image, and makes its bill of materials. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { ContainerEngine, ImageFacts } from '@pysan/engine';
import { type Inventory, parseInventory, sbomOf, type SpdxDocument } from '@pysan/evidence';
import { type BuildInputs, EngineError, ProductError } from '@pysan/model';
import { buildIdLabel, inputsLabel, pythonTagIn } from '@pysan/tagging';

type SbomEngine = Pick<ContainerEngine, 'findImages' | 'runContainer'>;

const program = path.join(import.meta.dirname, 'list-contents');

/**
 * The SPDX document of an image in the engine, by any of its names. The same image gives the same bytes. `digest` is that of its
 * manifest, if it is in a registry. Throws an EngineError if it is missing, and a ProductError if its contents cannot be read.
 */
export async function readSbom(
  engine: SbomEngine,
  imageName: string,
  reference: string,
  digest?: string,
): Promise<SpdxDocument> {
  const facts = (await engine.findImages([reference])).get(reference);
  if (facts === undefined) {
    throw new EngineError(`${reference} was not built here. Build it: ./pysan build ${imageName}`);
  }
  const subject = {
    image: imageName,
    pythonTag: pythonTagIn(facts.labels),
    buildId: facts.labels[buildIdLabel] ?? '',
    digest: digest ?? facts.id,
    created: facts.created,
  };
  return sbomOf(subject, await readInventory(engine, reference, facts));
}

async function readInventory(engine: SbomEngine, reference: string, { labels }: ImageFacts): Promise<Inventory> {
  const container = { image: reference, command: ['bash', '-s'], user: '0', network: 'none' };
  const input = await readFile(program, 'utf8');
  const { exitCode, stdout, stderr } = await engine.runContainer(container, { input, timeoutSeconds: 120 });
  if (exitCode !== 0) {
    throw new ProductError(
      `The contents of ${reference} cannot be read (exit code ${String(exitCode)}): ${stderr.trim()}`,
    );
  }
  const inputs = JSON.parse(labels[inputsLabel] ?? '{}') as Partial<BuildInputs>;
  return parseInventory(stdout, inputs.releases ?? []);
}
