/** Nx executor `@pysan/nx-image:verify`; its options are those of build.schema.json, which go on to the build. */
import path from 'node:path';

import type { ExecutorContext } from '@nx/devkit';
import { runContainer } from '@pysan/engine';
import { type Build, chainOf, formatPythonTag, referenceOf, UsageError } from '@pysan/model';
import { formatCase, formatReport, type Report } from '@pysan/verification';
import writeFileAtomic from 'write-file-atomic';

import { findPresent } from '../build/build-image.ts';
import { planImage } from '../build/plan-image.ts';
import { makeRecordFolder } from '../build/record.ts';
import type { BuildRequest } from '../build/resolve.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import { readChecks, verifyImage } from '../verify/index.ts';
import { runTask } from './run-task.ts';

const report = (line: string): void => {
  console.log(line);
};

/** Verifies the image of the task's project, which Nx has built before, and writes report.json beside build.json. */
export default function verify(request: BuildRequest, context: ExecutorContext): Promise<{ success: boolean }> {
  const { root, projectName: imageName = '' } = context;
  return runTask(async () => {
    const { images, build } = await planImage({ root, imageName, request, report });
    const chain = chainOf(images, imageName).map(({ name }) => name);
    const result = await runChecks(root, build, chain);
    const file = path.join(await makeRecordFolder(root, build), 'report.json');
    await writeFileAtomic(file, `${JSON.stringify(result, null, 2)}\n`);
    report(`${formatReport(result)}\n${path.relative(root, file)}`);
    return result.verdict === 'pass';
  });
}

async function runChecks(root: string, build: Build, chain: readonly string[]): Promise<Report> {
  const reference = referenceOf(build);
  const image = await findPresent(build);
  if (image === undefined) {
    throw new UsageError(`${reference} is not built: ./pysan build ${build.image.name}`);
  }
  const { python } = build;
  const subject = {
    image: build.image.name,
    ...(python === undefined ? {} : { pythonTag: formatPythonTag(python) }),
    buildId: build.id,
    imageId: image.id,
  };
  const checks = await readChecks(root, chain);
  const sanitized = build.image.sanitizer !== undefined;
  report(`verifying ${reference}`);
  return stopOnSignals((signal) =>
    verifyImage({
      subject,
      reference,
      sanitized,
      checks,
      run: runContainer,
      signal,
      onResult: (it) => report(formatCase(it)),
    }),
  );
}
