/** Checks whether recall applies to an image. */
import { type Image, localSuffix, parsePythonTag, UsageError } from '@pysan/model';

/** Throws a UsageError with the reason for an image or a Python tag whose recall cannot be measured. */
export function requireMeasurable(image: Image | undefined, pythonTag: string | undefined): void {
  if (image?.sanitizer !== 'thread') {
    throw new UsageError(
      `${String(image?.name)} has no recall. The seeded programs are races, which only ThreadSanitizer finds.`,
    );
  }
  if (pythonTag !== undefined && !parsePythonTag(pythonTag.replace(localSuffix, '')).freeThreaded) {
    throw new UsageError(
      'Recall is measured on free-threaded Python (3.13.5t): with the GIL, many seeded programs have no race.',
    );
  }
}
