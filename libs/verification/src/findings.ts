/**
 * Reads findings out of what a process printed. The format is that of LLVM's runtime:
 * https://github.com/llvm/llvm-project/blob/main/compiler-rt/lib/tsan/rtl/tsan_report.cpp
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
  /** File name of the executable or library. */
  readonly module: string | undefined;
}

export interface Stack {
  /** What happened there: `Previous write of size 8 at 0x… by thread T2`. */
  readonly title: string;
  /** `main thread` or `thread T2`, where the title names one. */
  readonly thread: string | undefined;
  /** Innermost first; empty when the runtime had forgotten the stack. */
  readonly frames: readonly Frame[];
}

export interface Finding {
  /** `ThreadSanitizer`. */
  readonly sanitizer: string;
  /** `data race`, `thread leak`, … */
  readonly kind: string;
  readonly stacks: readonly Stack[];
  /** The SUMMARY line without its prefix; undefined when the report is cut off. */
  readonly summary: string | undefined;
}

// A warning without a pid is a remark of the runtime about itself, not a finding.
const headerLine = /(?:WARNING|ERROR): (?<sanitizer>\w+Sanitizer): (?<kind>.+?) \(pid=\d+\)$/;
const summaryLine = /SUMMARY: \w+Sanitizer: (?<summary>.+)$/;
const stackLine = /^ {2}(?<title>[A-Z].*):$/;
const frameLine =
  / {4}#(?<index>\d+) (?<function>.+) (?<place>\S+) \((?!BuildId)(?<address>[^()]+)\)(?: \(BuildId: \w+\))?$/;

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
    const header = headerLine.exec(line)?.groups;
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

function addLine(finding: Draft, line: string): void {
  const frame = parseFrame(line);
  const title = stackLine.exec(line)?.groups?.['title'];
  if (frame !== undefined) {
    finding.stacks.at(-1)?.frames.push(frame);
  } else if (title !== undefined) {
    finding.stacks.push({ title, thread: /\bby (main thread|thread T\d+)/.exec(title)?.[1], frames: [] });
  } else {
    finding.summary = summaryLine.exec(line)?.groups?.['summary'];
  }
}

function parseFrame(text: string): Frame | undefined {
  const groups = frameLine.exec(text)?.groups;
  if (groups === undefined) {
    return undefined;
  }
  const place = /^(?<file>.+?)(?::(?<line>\d+))?(?::\d+)?$/.exec(known(groups['place']) ?? '')?.groups;
  return {
    index: Number(groups['index']),
    function: known(groups['function']),
    file: place?.['file'],
    line: place?.['line'] === undefined ? undefined : Number(place['line']),
    module: /^(.+)\+0x/.exec(groups['address'] ?? '')?.[1],
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
  // so do Debian's libraries, the only ones with a version after `.so`.
  const isInterceptor = index === 0 && name !== undefined;
  const isSystemLibrary = module !== undefined && /\.so\.\d/.test(module);
  return isInterceptor || isSystemLibrary || (name !== undefined && file !== undefined);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
