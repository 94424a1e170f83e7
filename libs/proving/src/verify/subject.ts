/** The verified or measured image: one in the engine, described by its labels. */
import { inspectImage } from '@pysan/engine';
import { UsageError } from '@pysan/model';
import { buildIdLabel, pythonTagIn, versionsIn } from '@pysan/tagging';
import type { Subject } from '@pysan/verification';

/** The subject of a report on an image, by any of its names. Throws a UsageError if the engine does not have it. */
export async function readSubject(imageName: string, reference: string): Promise<Subject> {
  const facts = await inspectImage(reference);
  if (facts === undefined) {
    throw new UsageError(`${reference} is not built. Build it: ./pysan build ${imageName}`);
  }
  const pythonTag = pythonTagIn(facts.labels);
  return {
    image: imageName,
    ...(pythonTag === undefined ? {} : { pythonTag }),
    buildId: facts.labels[buildIdLabel] ?? '',
    imageId: facts.id,
    versions: versionsOf(facts.labels),
  };
}

function versionsOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  const { python, ...others } = versionsIn(labels);
  return python === undefined ? others : { cpython: python.replace(/t(?=$|-)/, ''), ...others };
}
