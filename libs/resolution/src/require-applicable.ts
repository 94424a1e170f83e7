/** Refuses options that do not apply to the requested images. Otherwise they would be ignored silently. Pure. */
import { UsageError } from '@pysan/model';
import type { BuildRequest } from '@pysan/planning';

const componentOf = { python: 'cpython', cpython: 'cpython', numpy: 'numpy', scipy: 'scipy' } as const;

/** Throws a UsageError for an empty option, or for a component that none of the images contains. */
export function requireApplicable(request: BuildRequest, names: readonly string[], needed: ReadonlySet<string>): void {
  for (const [option, component] of Object.entries(componentOf)) {
    const value = request[option as keyof typeof componentOf];
    if (value === '') {
      throw new UsageError(`--${option} needs a value. Give one, or leave the option out.`);
    }
    if (value !== undefined && !needed.has(component)) {
      const what = component === 'cpython' ? 'Python' : component;
      throw new UsageError(`${names.join(', ')} contains no ${what}. Leave --${option} out.`);
    }
  }
}
