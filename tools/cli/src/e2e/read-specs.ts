/** Reads the end-to-end specs, and decides which must run. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { chainOf, isExpected } from '@pysan/model';
import { readChecks } from '@pysan/proving';
import { findSpecChange, type SpecInputs } from '@pysan/verification';
import { readImages } from '@pysan/workspace';

import { readLockedBuild } from '../resolve-request.ts';
import { readPassed } from './passed.ts';
import { readCode } from './read-code.ts';
import { parseUses, type SpecUses, type UsedImage } from './uses.ts';

export interface Spec {
  /** `controls` for tools/e2e/src/controls.spec.ts. */
  readonly name: string;
  /** The images that must have been built before; empty for a spec that always runs. */
  readonly images: readonly UsedImage[];
  /** Its present inputs; undefined for a spec that always runs, and if they cannot be read. */
  readonly inputs?: SpecInputs;
  /** Why it must run; undefined when it passed with exactly these inputs. */
  readonly why: string | undefined;
}

const folder = 'tools/e2e/src';

/** All specs by name. If a spec cannot be judged, that is a reason to run it. */
export async function readSpecs(root: string): Promise<readonly Spec[]> {
  const files = (await readdir(path.join(root, folder))).filter((file) => file.endsWith('.spec.ts')).toSorted();
  const passed = await readPassed(root);
  const specs: Spec[] = [];
  for (const name of files.map((file) => file.replace(/\.spec\.ts$/, ''))) {
    specs.push(await readSpec(root, name, passed[name]));
  }
  return specs;
}

async function readSpec(root: string, name: string, recorded: SpecInputs | undefined): Promise<Spec> {
  const uses = parseUses(fileOf(name), await readFile(path.join(root, fileOf(name)), 'utf8'));
  const { images } = uses;
  if (images.length === 0) {
    return { name, images, why: 'always' };
  }
  try {
    const inputs = await readInputs(root, name, uses);
    return { name, images, inputs, why: findSpecChange(recorded, inputs) };
  } catch (error) {
    if (!isExpected(error)) {
      throw error;
    }
    return { name, images, why: `its inputs cannot be read: ${error.message}` };
  }
}

/** Its images with their checks, and its code. */
async function readInputs(root: string, name: string, { images, files }: SpecUses): Promise<SpecInputs> {
  const inputs: Record<string, string> = {};
  for (const image of images) {
    Object.assign(inputs, await readImage(root, image));
  }
  return { ...inputs, ...(await readCode(root, [fileOf(name), ...files])) };
}

async function readImage(root: string, { name, python }: UsedImage): Promise<SpecInputs> {
  const build = await readLockedBuild(root, name, python);
  const chain = chainOf(await readImages(root), name).map((image) => image.name);
  return { [`${name} ${python}`]: build.id, [`checks of ${name}`]: (await readChecks(root, chain)).hash };
}

function fileOf(name: string): string {
  return `${folder}/${name}.spec.ts`;
}
