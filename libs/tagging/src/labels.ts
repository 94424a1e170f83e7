/** The OCI labels of a build: what is inside, readable without running it. */
import { type Build, formatPythonTag, versionOf } from '@pysan/model';

/** Labels that commands read back. */
export const buildIdLabel = 'org.pysan.build-id';
export const pythonLabel = 'org.pysan.python';
export const numpyLabel = 'org.pysan.numpy';
export const scipyLabel = 'org.pysan.scipy';
export const llvmLabel = 'org.pysan.llvm';

/** The label that says which version of a component is inside: `org.pysan.numpy`. */
export function componentLabel(component: string): string {
  return `org.pysan.${component}`;
}

/**
 * Labels of a build, by key. `inputs` is the canonical JSON of its inputs, so that two ids can be compared.
 * Keys that begin with `org.opencontainers.image` are those of
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md.
 */
export function labelsOf(build: Build, inputs: string): Record<string, string> {
  const { image, python, id } = build;
  const labels = {
    'org.opencontainers.image.title': image.name,
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.version': python === undefined ? undefined : formatPythonTag(python),
    [buildIdLabel]: id,
    'org.pysan.inputs': inputs,
    'org.pysan.sanitizer': image.sanitizer,
    [llvmLabel]: versionOf(build, 'debian'),
    [pythonLabel]: python === undefined ? undefined : formatPythonTag(python),
    [numpyLabel]: versionOf(build, 'numpy'),
    [scipyLabel]: versionOf(build, 'scipy'),
  };
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
