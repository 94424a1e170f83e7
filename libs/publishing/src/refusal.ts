/** Which builds must not be published, whoever asks. Pure. */
import { type Build, isLocal, referenceOf, UsageError, versionOf } from '@pysan/model';
import { isLoopback } from '@pysan/registry';
import { llvmLabel, localLabel } from '@pysan/tagging';

/** Why a build must not go to a registry; undefined when it may. `baseIdentity` as of findBase. */
export function refusalOfBuild(build: Build, baseIdentity: string, host: string): string | undefined {
  if (isLocal(build)) {
    return 'it holds a source tree of your own, which nobody else can look up. Publish a commit of it instead.';
  }
  if (baseIdentity.startsWith('packages:') && !isLoopback(host)) {
    return (
      'its base was bootstrapped from packages, since Docker Hub could not be reached: others could not check it. ' +
      'Such an image goes to a registry on this machine only.'
    );
  }
  return undefined;
}

/** Why an image that was made, by its labels, must not go to a registry as that build; undefined when it may. */
export function refusalOfImage(build: Build, labels: Readonly<Record<string, string>>): string | undefined {
  const locked = versionOf(build, 'debian');
  const llvm = labels[llvmLabel];
  if (llvm !== locked) {
    return `it was made with LLVM ${llvm ?? 'unknown'}, and ${locked ?? 'none'} is locked: ./pysan resolve --apply`;
  }
  return labels[localLabel] === undefined ? undefined : 'its label says that it holds a source tree of your own';
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
