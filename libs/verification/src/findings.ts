/**
 * Reads findings out of what a process printed. The formats are those of LLVM's runtimes:
 * https://github.com/llvm/llvm-project/blob/main/compiler-rt/lib/tsan/rtl/tsan_report.cpp
 * https://github.com/llvm/llvm-project/blob/main/compiler-rt/lib/asan/asan_errors.cpp
 *
 * The program prints to the same stream, so a line that is not recognised is the program's own.
 */

/** One line of a stack; a part that the symbolizer did not know (`<null>`) is undefined. */
export interface Frame {
  readonly index: number;
  readonly function: string | undefined;
  /** Path as the compiler recorded it. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** File name of the executable or library; AddressSanitizer says it only where it does not know the file. */
  readonly module: string | undefined;
}

export interface Stack {
  /** What happened there: `Previous write of size 8 at 0x… by thread T2`, `freed by thread T0 here`. */
  readonly title: string;
  /** `main thread` or `thread T2`, where the title names one. */
  readonly thread: string | undefined;
  /** Innermost first; empty when the runtime had forgotten the stack. */
  readonly frames: readonly Frame[];
}

export interface Finding {
  /** `ThreadSanitizer`, `AddressSanitizer`, `LeakSanitizer`. */
  readonly sanitizer: string;
  /** `data race`, `heap-use-after-free`, `detected memory leaks`, … */
  readonly kind: string;
  readonly stacks: readonly Stack[];
  /** The SUMMARY line without its prefix; undefined when the report is cut off. */
  readonly summary: string | undefined;
}

// A warning without a pid is a remark of the runtime about itself, not a finding.
const headerLines = [
  /(?:WARNING|ERROR): (?<sanitizer>\w+Sanitizer): (?<kind>.+?) \(pid=\d+\)$/,
  /==\d+==ERROR: (?<sanitizer>\w+Sanitizer): (?<kind>.+?)(?: on .*|: .*| \(.*)?$/,
];
const summaryLine = /SUMMARY: \w+Sanitizer: (?<summary>.+)$/;
const stackLines = [
  /^ {2}(?<title>[A-Z].*):$/,
  /^(?<title>(?:READ|WRITE) of size \d+ at 0x.*)$/,
  /^(?<title>.* by .* here|(?:Direct|Indirect) leak of .* allocated from):$/,
];
const frameLines = [
  / {4}#(?<index>\d+) 0x[0-9a-f]+(?: in (?<function>.+?))? +(?:(?<place>[^\s()]+)|\((?<address>[^()]+)\)(?: \(BuildId: \w+\))?)$/,
  / {4}#(?<index>\d+) (?<function>.+) (?<place>\S+) \((?!BuildId)(?<address>[^()]+)\)(?: \(BuildId: \w+\))?$/,
];

interface Draft {
  sanitizer: string;
  kind: string;
  stacks: { title: string; thread: string | undefined; frames: Frame[] }[];
  summary: string | undefined;
}

/** The findings in the order in which they were printed. */
export function parseFindings(output: string): readonly Finding[] {
  const findings: Draft[] = [];
  let open: Draft | undefined;
  for (const line of output.split(/\r?\n/)) {
    const header = firstMatch(headerLines, line);
    if (header !== undefined) {
      open = { sanitizer: header['sanitizer'] ?? '', kind: header['kind'] ?? '', stacks: [], summary: undefined };
      findings.push(open);
    } else if (open !== undefined) {
      addLine(open, line);
      open = open.summary === undefined ? open : undefined;
    }
  }
  return findings;
}

function firstMatch(patterns: readonly RegExp[], line: string): Record<string, string> | undefined {
  return patterns.map((pattern) => pattern.exec(line)?.groups).find((groups) => groups !== undefined);
}

function addLine(finding: Draft, line: string): void {
  const frame = parseFrame(line);
  const title = firstMatch(stackLines, line)?.['title'];
  if (frame !== undefined) {
    openStack(finding).frames.push(frame);
  } else if (title !== undefined) {
    const thread = /\b(?:by|at 0x\w+) (main thread|thread T\d+)/.exec(title)?.[1];
    finding.stacks.push({ title, thread, frames: [] });
  } else {
    finding.summary = summaryLine.exec(line)?.groups?.['summary'];
  }
}

/** A crash and a double free have no title of their own above their first stack. */
function openStack({ kind, stacks }: Draft): Draft['stacks'][number] {
  if (stacks.length === 0) {
    stacks.push({ title: kind, thread: undefined, frames: [] });
  }
  return stacks.at(-1) as Draft['stacks'][number];
}

function parseFrame(text: string): Frame | undefined {
  const groups = firstMatch(frameLines, text);
  if (groups === undefined) {
    return undefined;
  }
  const place = /^(?<file>.+?)(?::(?<line>\d+))?(?::\d+)?$/.exec(known(groups['place']) ?? '')?.groups;
  return {
    index: Number(groups['index']),
    function: known(groups['function']),
    file: place?.['file'],
    line: place?.['line'] === undefined ? undefined : Number(place['line']),
    module: fileName(/^(.+)\+0x/.exec(groups['address'] ?? '')?.[1] ?? '') || undefined,
  };
}

function known(text: string | undefined): string | undefined {
  return text === '<null>' ? undefined : text;
}

/** `bump race.c:14`, with what is known of it. */
export function formatFrame({ function: name, file, line, module }: Frame): string {
  const source = file === undefined ? `(${module ?? 'unknown module'})` : fileName(file);
  return `${name ?? '<null>'} ${source}${line === undefined ? '' : `:${String(line)}`}`;
}

/** True when the frame says function and file, or cannot be expected to. Compiler-made code is of no line. */
export function isSymbolised({ index, function: name, file, module }: Frame): boolean {
  // The runtime's interceptors (calloc, memmove, pthread_create) are innermost and come without line tables;
  // so do Debian's libraries, the only ones with a version after `.so`, and the start of a program.
  const isInterceptor = (index === 0 && name !== undefined) || name === '_start';
  const isSystemLibrary = module !== undefined && /\.so\.\d/.test(module);
  return isInterceptor || isSystemLibrary || (name !== undefined && file !== undefined);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
