/** Which builds must not be published, whoever asks. Pure. */
import { type Build, isLocal, referenceOf, UsageError, versionOf } from '@pysan/model';
import { isLoopback } from '@pysan/registry';
import { llvmLabel, localLabel } from '@pysan/tagging';

/** Why a build must not go to a registry; undefined when it may. `baseIdentity` as of findBase. */
export function refusalOfBuild(build: Build, baseIdentity: string, host: string): string | undefined {
  if (isLocal(build)) {
    return 'it contains your own source tree, which others cannot obtain. Publish an image of a commit instead.';
  }
  if (baseIdentity.startsWith('packages:') && !isLoopback(host)) {
    return (
      'its base was bootstrapped from packages because Docker Hub could not be reached, so others cannot check it. ' +
      'Such an image can only go to a registry on this machine.'
    );
  }
  return undefined;
}

/** Why an image that was made, by its labels, must not go to a registry as that build; undefined when it may. */
export function refusalOfImage(build: Build, labels: Readonly<Record<string, string>>): string | undefined {
  const locked = versionOf(build, 'debian');
  const llvm = labels[llvmLabel];
  if (llvm !== locked) {
    return `it was built with LLVM ${llvm ?? 'unknown'}, but ${locked ?? 'none'} is locked: ./pysan resolve --apply`;
  }
  return labels[localLabel] === undefined ? undefined : 'its label says that it contains your own source tree';
}

/** UsageError for a build that must not go to a registry. `baseIdentity` as of Base. */
export function requireAllowed(build: Build, baseIdentity: string, host: string): void {
  refuse(build, refusalOfBuild(build, baseIdentity, host));
}

/** UsageError with the refusal, where there is one. */
export function refuse(build: Build, refusal: string | undefined): void {
  if (refusal !== undefined) {
    throw new UsageError(`${referenceOf(build)} cannot be published: ${refusal}`);
  }
}
