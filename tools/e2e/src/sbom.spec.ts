/** The bill of materials of a real image; `numpy-tsan` must have been built. */
import { expect, it } from '@jest/globals';
import { docker } from '@pysan/engine';
import type { SpdxDocument } from '@pysan/evidence';
import { execa } from 'execa';

import { root } from './pysan.ts';

const image = 'numpy-tsan:latest';

async function sbom(): Promise<string> {
  const { stdout } = await execa('./pysan', ['sbom', 'numpy-tsan'], { cwd: root, stdin: 'ignore' });
  return stdout;
}

async function inImage(script: string): Promise<string[]> {
  return (await docker(['run', '--rm', '--network=none', image, 'sh', '-c', script])).trim().split('\n');
}

it('lists each Debian package, each distribution of both interpreters, and each source of the passport', async () => {
  const { packages } = JSON.parse(await sbom()) as SpdxDocument;
  const versions = (prefix: string): string[] =>
    packages.flatMap((it) => (it.SPDXID.startsWith(`SPDXRef-${prefix}`) ? [`${it.name}=${it.versionInfo ?? ''}`] : []));

  const debian = await inImage("dpkg-query --show --showformat '${Package}=${Version}\\n'");
  expect(versions('deb-').toSorted()).toEqual(debian.toSorted());

  for (const [interpreter, prefix] of [
    ['/opt/build-python/bin/python', 'python-opt-build-python-'],
    ['python', 'python-opt-pyenv-'],
  ] as const) {
    const frozen = await inImage(`uv pip list --quiet --format freeze --python ${interpreter}`);
    const found = versions(prefix).map((it) =>
      it
        .replace('=', '==')
        .replaceAll(/[_.](?=.*==)/g, '-')
        .toLowerCase(),
    );
    expect(found.toSorted()).toEqual(frozen.map((it) => it.toLowerCase()).toSorted());
  }

  const sources = await inImage(`jq -r '.sources[] | "\\(.name)=\\(.version)"' /etc/pysan/passport.json`);
  expect(versions('source-').toSorted()).toEqual(sources.toSorted());
});

it('is the same twice', async () => {
  expect(await sbom()).toBe(await sbom());
});

it('needs an image that is there', async () => {
  const { exitCode, stderr } = await execa('./pysan', ['sbom', 'numpy-tsan', '--python', '3.99t'], {
    cwd: root,
    reject: false,
  });
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('pysan build numpy-tsan'),
  });
});
