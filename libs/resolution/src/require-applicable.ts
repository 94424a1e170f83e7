/** Refuses options that say nothing of the images that are asked for: nobody would notice that they were ignored. Pure. */
import { UsageError } from '@pysan/model';
import type { BuildRequest } from '@pysan/planning';

const componentOf = { python: 'cpython', cpython: 'cpython', numpy: 'numpy', scipy: 'scipy' } as const;

/** UsageError for an empty option, or for one about a component that none of the images holds. */
export function requireApplicable(request: BuildRequest, names: readonly string[], needed: ReadonlySet<string>): void {
  for (const [option, component] of Object.entries(componentOf)) {
    const value = request[option as keyof typeof componentOf];
    if (value === '') {
      throw new UsageError(`--${option} needs a value, or leave it out.`);
    }
    if (value !== undefined && !needed.has(component)) {
      const what = component === 'cpython' ? 'Python' : component;
      throw new UsageError(`${names.join(', ')} holds no ${what}: leave --${option} out.`);
    }
  }
}
