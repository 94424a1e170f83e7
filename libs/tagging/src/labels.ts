/** The labels of a build that pysan reads: they describe the contents without running the image. */
import { type Build, formatPythonTag, isLocal, localSuffix, type Source, versionOf } from '@pysan/model';

export const buildIdLabel = 'org.pysan.build-id';
/** JSON of the published images that it was made from, by name: `{"cpython-tsan":"ghcr.io/acme/cpython-tsan@sha256:…"}`. */
export const madeFromLabel = 'org.pysan.made-from';
/** Canonical JSON of all inputs of the build id. */
export const inputsLabel = 'org.pysan.inputs';
export const pythonLabel = 'org.pysan.python';
export const llvmLabel = 'org.pysan.llvm';
/** Marks an image with a user's own source tree, which must never be published. */
export const localLabel = 'org.pysan.local';

/** The tag of the Python inside, `3.13.5t`, or `3.13.5t-local` with a user's own source tree; undefined without a Python. */
export function pythonTagIn(labels: Readonly<Record<string, string>>): string | undefined {
  const tag = labels[pythonLabel];
  return tag === undefined ? undefined : `${tag}${labels[localLabel] === 'true' ? localSuffix : ''}`;
}

/** The label with a component's commit. */
export function commitLabel(component: string): string {
  return `org.pysan.${component}.commit`;
}

/** The label with a component's version: `org.pysan.numpy`. */
export function componentLabel(component: string): string {
  return `org.pysan.${component}`;
}

const contentLabel = /^org\.pysan\.([a-z\d][a-z\d-]*)$/;
const noContents: readonly string[] = [buildIdLabel, inputsLabel, madeFromLabel, localLabel, 'org.pysan.sanitizer'];

/** The versions in the labels, by component: `python`, `numpy`, `llvm`. */
export function versionsIn(labels: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(labels).filter(([label]) => !noContents.includes(label));
  return Object.fromEntries(
    entries.flatMap(([label, version]) => {
      const component = contentLabel.exec(label)?.[1];
      return component === undefined ? [] : [[component, version]];
    }),
  );
}

/** Labels of a build, by key. `inputs` is the canonical JSON of its inputs, so that two ids can be compared. */
export function labelsOf(build: Build, inputs: string): Record<string, string> {
  const { image, python, id, contents } = build;
  const commits = contents.map(({ component, commit }) => [commitLabel(component), commit]);
  const versions = contents.filter(hasOwnLabel).map(({ component, version }) => [componentLabel(component), version]);
  const labels = {
    [buildIdLabel]: id,
    [inputsLabel]: inputs,
    'org.pysan.sanitizer': image.sanitizer,
    [llvmLabel]: versionOf(build, 'debian'),
    [pythonLabel]: python === undefined ? undefined : formatPythonTag(python),
    [localLabel]: isLocal(build) ? 'true' : undefined,
    ...(Object.fromEntries([...versions, ...commits]) as Record<string, string | undefined>),
  };
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** False for LLVM and Python, whose labels have special names. */
export function hasOwnLabel({ component }: Source): boolean {
  return component !== 'debian' && component !== 'cpython';
}
