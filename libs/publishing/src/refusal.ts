/** Decides which builds must never be published. Pure. */
import { type Build, isLocal, referenceOf, UsageError, versionOf } from '@pysan/model';
import { isLoopback } from '@pysan/registry';
import { llvmLabel, localLabel } from '@pysan/tagging';

/** Why a build must not be pushed to a registry; undefined if it may. `baseIdentity` is that of findBase. */
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

/** Why an image, by its labels, must not be pushed to a registry as that build; undefined if it may. */
export function refusalOfImage(build: Build, labels: Readonly<Record<string, string>>): string | undefined {
  const locked = versionOf(build, 'debian');
  const llvm = labels[llvmLabel];
  if (llvm !== locked) {
    return `it was built with LLVM ${llvm ?? 'unknown'}, but ${locked ?? 'none'} is locked. Update the lock: ./pysan resolve --apply`;
  }
  return labels[localLabel] === undefined ? undefined : 'its label says that it contains your own source tree';
}

/** Throws a UsageError for a build that must not be pushed to a registry. `baseIdentity` is that of Base. */
export function requireAllowed(build: Build, baseIdentity: string, host: string): void {
  refuse(build, refusalOfBuild(build, baseIdentity, host));
}

/** Throws a UsageError with the refusal, if there is one. */
export function refuse(build: Build, refusal: string | undefined): void {
  if (refusal !== undefined) {
    throw new UsageError(`${referenceOf(build)} cannot be published: ${refusal}`);
  }
}
