/** The proofs in the repository: `images/<image>/verified.json`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { type Build, chainOf, type Image, ProductError, pythonTagOf } from '@pysan/model';
import { findOutdated, type Proof, reportSchema } from '@pysan/verification';
import { checkConfig } from '@pysan/versions';
import writeFileAtomic from 'write-file-atomic';

import { proofsFile, readProofs, recordFolder } from '@pysan/workspace';
import { readChecks } from './read-checks.ts';

type Images = ReadonlyMap<string, Image>;

/** Why a build must be verified; undefined if the repository records a pass with its present inputs and checks. */
export async function readOutdated(root: string, images: Images, build: Build): Promise<string | undefined> {
  const recorded = (await readProofs(root, build.image.name))[keyOf(build)];
  return findOutdated(recorded, await readNow(root, images, build));
}

/** Records that a build passed, and returns the file. Throws a ProductError if its report is for another build, or not a pass. */
export async function recordProof(root: string, images: Images, build: Build): Promise<string> {
  const proof = await readNow(root, images, build);
  const { verdict, buildId, checksHash } = await readReport(root, build);
  if (verdict !== 'pass' || buildId !== proof.buildId || checksHash !== proof.checksHash) {
    throw new ProductError(
      `${nameOf(build)} has not been verified with its present inputs. Run: ./pysan verify ${build.image.name}`,
    );
  }
  const file = proofsFile(build.image.name);
  const all = { ...(await readProofs(root, build.image.name)), [keyOf(build)]: proof };
  const sorted = Object.fromEntries(Object.entries(all).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  await writeFileAtomic(path.join(root, file), `${JSON.stringify(sorted, null, 2)}\n`);
  return file;
}

async function readNow(root: string, images: Images, { image, id }: Build): Promise<Proof> {
  const chain = chainOf(images, image.name).map(({ name }) => name);
  return { buildId: id, checksHash: (await readChecks(root, chain)).hash };
}

/** The last report; undefined if there is none or it is malformed. */
async function readReport(
  root: string,
  build: Build,
): Promise<{ verdict?: string; buildId?: string; checksHash?: string }> {
  const file = path.join(recordFolder(root, build.image.name, pythonTagOf(build)), 'report.json');
  return checkConfig(reportSchema, await readOr(file, '{}')).value ?? {};
}

async function readOr(file: string, absent: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return absent;
    }
    throw error;
  }
}

function keyOf(build: Build): string {
  return pythonTagOf(build) ?? '';
}

/** `scipy-tsan 3.13.5t`. */
export function nameOf(build: Build): string {
  return `${build.image.name} ${keyOf(build)}`.trimEnd();
}
