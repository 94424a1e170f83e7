/** A sanitizer that could not start has proven nothing, and its exit code is that of a finding. */
import { readLog } from './findings.ts';

export interface StartFailure {
  /** The runtime's own words. */
  readonly message: string;
  readonly remedy: string;
}

const aslrRemedy =
  'the host randomises more address bits than the sanitizer supports, and the seccomp profile forbids it to turn that off. ' +
  'On the host: sysctl -w vm.mmap_rnd_bits=28; or run the container with a profile that also allows personality(0x40000), as ./pysan run does';
const ptraceRemedy = 'the search for leaks needs ptrace, which a debugger in the container or a seccomp profile blocks';
const optionsRemedy = "the runtime's message names what it could not use: options, suppressions or memory";

// Each of these ends with the exit code of a finding, too. The first that fits says the remedy.
const refusals = [
  { pattern: /^FATAL: \w+Sanitizer: .*(?:memory mapping|memory layout|ASLR|personality)/s, remedy: aslrRemedy },
  { pattern: /^AddressSanitizer: CHECK failed: .*personality/s, remedy: aslrRemedy },
  { pattern: /^Shadow memory range interleaves /, remedy: aslrRemedy },
  { pattern: /^LeakSanitizer has encountered a fatal error/, remedy: ptraceRemedy },
  // Suppressions, options, memory below a limit. A warning that it failed to allocate is the program's own business.
  { pattern: /^(?:FATAL: \w+Sanitizer: |\w+Sanitizer: (?:failed to |ERROR: ))/, remedy: optionsRemedy },
  { pattern: /^ERROR: AddressSanitizer failed to /, remedy: optionsRemedy },
];

/** Why the sanitizer's runtime refused to start; undefined when it did start, as a finding shows. */
export function findStartFailure(output: string): StartFailure | undefined {
  const { findings, failures } = readLog(output);
  if (findings.length > 0) {
    return undefined;
  }
  const refused = refusals.flatMap(({ pattern, remedy }) => {
    const message = failures.find(({ text }) => pattern.test(text))?.text.trim();
    return message === undefined ? [] : [{ message, remedy }];
  });
  return refused[0];
}
