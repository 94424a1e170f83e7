/** A sanitizer that could not start has proven nothing, and its exit code is that of a finding. */
import { parseFindings } from './findings.ts';

export interface StartFailure {
  /** The runtime's own words. */
  readonly message: string;
  readonly remedy: string;
}

// Exit code 66 for each of these, too. `failed to …`: suppressions; `ERROR: expected '='`: options.
const refusal = /(?:FATAL: \w+Sanitizer: |\w+Sanitizer: failed to |\w+Sanitizer: ERROR: ).*/;
const layout = /memory mapping|memory layout|ASLR|personality/;

/** Why the sanitizer's runtime refused to start; undefined when it did start, as a finding shows. */
export function findStartFailure(output: string): StartFailure | undefined {
  const message = refusal.exec(output)?.[0].trim();
  if (message === undefined || parseFindings(output).length > 0) {
    return undefined;
  }
  return { message, remedy: layout.test(message) ? aslrRemedy : optionsRemedy };
}

const aslrRemedy =
  'the host randomises more address bits than the sanitizer can take, and the seccomp profile forbids it to switch that off. ' +
  'On the host: sysctl -w vm.mmap_rnd_bits=28; or run the container with a profile that also allows personality(0x40000), as ./pysan run does';
const optionsRemedy = "the runtime's message names what it could not use: options, suppressions or memory";
