/**
 * The end-to-end tests that passed last, and what went into them: the repository keeps that of those that take long.
 * Pure.
 */
import { z } from 'zod';

/**
 * What goes into one spec, by name: `numpy-tsan 3.13.5t` → its build id, `libs/engine` → sha256 of its files,
 * `npm execa` → its version.
 */
const specInputs = z.record(z.string(), z.string());

export type SpecInputs = z.infer<typeof specInputs>;

/** What `tools/e2e/passed.json` holds: the inputs of each spec when it passed last, by its name without `.spec.ts`. */
export const passedSpecs = z.record(z.string(), specInputs);

/** Why a spec must run now; undefined when it passed with just these inputs. */
export function findSpecChange(recorded: SpecInputs | undefined, now: SpecInputs): string | undefined {
  if (recorded === undefined) {
    return 'it was never recorded as passed';
  }
  const names = new Set([...Object.keys(recorded), ...Object.keys(now)]);
  const changed = [...names].filter((name) => recorded[name] !== now[name]).toSorted();
  return changed.length === 0 ? undefined : `changed since it passed: ${changed.join(', ')}`;
}
