/** Whether recall says anything about an image. */
import { type Image, localSuffix, parsePythonTag, UsageError } from '@pysan/model';

/** UsageError, with the reason, for an image or a Python tag whose recall cannot be measured. */
export function requireMeasurable(image: Image | undefined, pythonTag: string | undefined): void {
  if (image?.sanitizer !== 'thread') {
    throw new UsageError(
      `${String(image?.name)} has no recall: the seeded programs are races, and only ThreadSanitizer finds those.`,
    );
  }
  if (pythonTag !== undefined && !parsePythonTag(pythonTag.replace(localSuffix, '')).freeThreaded) {
    throw new UsageError(
      'Recall is measured on free-threaded Python (3.13.5t): with the GIL, many seeded programs have no race.',
    );
  }
}
