/** The workflow of GitHub Actions that publishes one image, and what it takes as inputs by its chain. Pure. */
import type { Image } from '@pysan/model';
import { formatRunName, workflowInputsOf } from '@pysan/coordination';

/** Where GitHub reads workflows from. */
export const workflowFolder = '.github/workflows';

/** The first line: `nx sync` removes what has it and belongs to no image any more. */
export const generatedMark = '# Written by `nx sync` from the project graph: do not edit.';

/**
 * YAML as prettier leaves it: a caller of image.yml, which is written by hand and has the steps. `hasOwnTests` says that
 * there are tests of upstream's for the image.
 */
export function imageWorkflow(images: ReadonlyMap<string, Image>, name: string, hasOwnTests: boolean): string {
  const inputs = workflowInputsOf(images, name);
  const python = inputs.includes('python_version') ? valueOf('python_version') : '';
  return `${generatedMark}
name: ${name}
run-name: ${formatRunName(name, python, valueOf('build_id'))}
on:
  workflow_dispatch:
    inputs:
${inputs.map(declare).join('\n')}

permissions: {}

jobs:
  image:
    permissions:
      actions: write # to start the coordinator
      contents: read
      id-token: write # to sign
      packages: write # to push
    uses: ./${workflowFolder}/image.yml
    with:
      image: ${name}${hasOwnTests ? '\n      own_tests: true' : ''}
${inputs.map((it) => `      ${it}: ${valueOf(it)}`).join('\n')}
    secrets:
${secrets.map((it) => `      ${it}: \${{ secrets.${it} }}`).join('\n')}
`;
}

const secrets = ['CI_TOKEN', 'GHCR_USERNAME', 'DISPATCH_TOKEN'];

function valueOf(input: string): string {
  return `\${{ inputs.${input} }}`;
}

function declare(input: string): string {
  return `      ${input}:
        description: ${describe(input)}
        type: string`;
}

function describe(input: string): string {
  if (input === 'python_version') {
    return 'A release (3.14.3t, 3.14.3) or a series (3.14t); empty for the newest stable release that fits';
  }
  return input === 'build_id'
    ? 'The build that the coordinator expects; empty for any'
    : 'A release; empty for the newest stable one that fits';
}
