/** Finds the default Python: asks upstream what can be fetched, and keeps the answer for a day. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { findAptMirror } from '@pysan/engine';
import { UpstreamError } from '@pysan/model';
import { createSourceProbe } from '@pysan/sources';
import {
  type CpythonRelease,
  type DefaultPython,
  defaultCandidates,
  describeDefault,
  type Locks,
} from '@pysan/versions';
import { z } from 'zod';
import writeFileAtomic from 'write-file-atomic';

const dayMs = 24 * 60 * 60 * 1000;
const memorySchema = z.object({ version: z.string(), reason: z.string(), candidates: z.string(), askedAt: z.number() });

/** The newest candidate whose source can be fetched. Throws an UpstreamError when that is none. */
export async function findDefaultPython(locks: Locks): Promise<DefaultPython> {
  const candidates = defaultCandidates(locks.cpython.releases, locks.numpy.releases);
  const fingerprint = createHash('sha256').update(JSON.stringify(candidates)).digest('hex');
  const memory = await readMemory();
  if (memory?.candidates === fingerprint && Date.now() - memory.askedAt < dayMs) {
    return memory;
  }
  const found = await askUpstream(candidates);
  await mkdir(path.dirname(memoryFile()), { recursive: true });
  await writeFileAtomic(memoryFile(), JSON.stringify({ ...found, candidates: fingerprint, askedAt: Date.now() }));
  return found;
}

async function askUpstream(candidates: readonly CpythonRelease[]): Promise<DefaultPython> {
  const probe = await createSourceProbe(await findAptMirror());
  const passedOver = [];
  for (const release of candidates) {
    const { version } = release;
    const { isAvailable, reason } = await probe(release);
    if (isAvailable) {
      return { version, reason: describeDefault(version, passedOver) };
    }
    passedOver.push({ version, reason });
  }
  const tried = passedOver.map(({ version, reason }) => `\n  - ${version}: ${reason}`).join('');
  throw new UpstreamError(`No locked CPython release can be fetched:${tried}\nName one with --python once it can.`);
}

function memoryFile(): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'pysan/default-python.json');
}

async function readMemory(): Promise<z.infer<typeof memorySchema> | undefined> {
  const text = await readFile(memoryFile(), 'utf8').catch(() => 'null');
  return memorySchema.safeParse(JSON.parse(text)).data;
}
