/**
 * Lines of a sanitizer's report -> their parts. The formats are those of LLVM's runtimes:
 * https://github.com/llvm/llvm-project/tree/main/compiler-rt/lib
 * The twin of tools/san/san/formats.py, whose patterns keep to what both languages read alike.
 */
import type { Failure, Frame } from './reading.ts';

/** The first line of a report. */
export interface Header {
  readonly sanitizer: string;
  readonly kind: string;
  readonly message: string;
  /** What stands before it on its line: nothing, a time, a process' name, or the program's own text. */
  readonly prefix: string;
  readonly pid?: number;
  /** The one frame that UndefinedBehaviorSanitizer always knows. */
  readonly frame?: Frame;
}

const report =
  /(?:==(?<pid>[0-9]{1,10})== ?)?(?<level>ERROR|WARNING): (?<sanitizer>[A-Za-z]+Sanitizer): (?<message>.*)/s;
const processId = / \(pid=([0-9]{1,10})\)/;
const minimal = /ubsan: (?<kind>[a-z][a-z0-9-]*) by 0x[0-9a-f]+/;
const address = / on (?:unknown )?address(?= 0x| \(|$)| on 0x| 0x|: | \(/;
const placed = /^(?<file>.+?)(?::(?<line>[0-9]{1,9}))?(?::(?<column>[0-9]{1,9}))?$/s;
const quoted = / '[^']*'/g;
const number = /(?<![A-Za-z0-9_])-?(?:0x[0-9a-f]+|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)(?![A-Za-z0-9_-])/g;

/** The header in a piece; undefined for any other line. */
export function parseHeader(text: string): Header | undefined {
  return parseReport(text) ?? parseRuntimeError(text) ?? parseMinimal(text);
}

function parseReport(text: string): Header | undefined {
  const match = report.exec(text);
  if (match === null) {
    return undefined;
  }
  const { pid, level, sanitizer = '', message = '' } = match.groups ?? {};
  const named = processId.exec(message);
  // A warning of ThreadSanitizer without `(pid=…)` is a remark about itself, for instance that it starts again.
  if (named === null && (pid === undefined || sanitizer === 'ThreadSanitizer') && level === 'WARNING') {
    return undefined;
  }
  const kind = named === null ? cutAddress(message) : message.slice(0, named.index);
  const id = pid ?? named?.[1];
  return {
    sanitizer,
    kind,
    message,
    prefix: text.slice(0, match.index),
    ...(id === undefined ? {} : { pid: Number(id) }),
  };
}

function cutAddress(message: string): string {
  return message.slice(0, address.exec(message)?.index).replace(/:$/, '');
}

function parseRuntimeError(text: string): Header | undefined {
  const separator = ': runtime error: ';
  const at = text.indexOf(separator);
  if (at < 0) {
    return undefined;
  }
  const start = placeStart(text.slice(0, at));
  const frame = placeFrame(text.slice(start, at));
  const message = text.slice(at + separator.length);
  return (
    frame && {
      sanitizer: 'UndefinedBehaviorSanitizer',
      kind: errorKind(message),
      message,
      prefix: text.slice(0, start),
      frame,
    }
  );
}

/** Where the path begins: an absolute one may have blanks, a relative one may not. */
function placeStart(text: string): number {
  if (text.startsWith('/')) {
    return 0;
  }
  const absolute = text.indexOf(' /');
  return (absolute >= 0 ? absolute : text.lastIndexOf(' ')) + 1;
}

/** Undefined where it is no place, as in Go's `panic: runtime error: …`. */
function placeFrame(place: string): Frame | undefined {
  const module = /^\((?<module>.+)\+(?<offset>0x[0-9a-f]+)\)$/s.exec(place)?.groups;
  if (module !== undefined) {
    return { index: 0, ...module };
  }
  if (place === '<unknown>') {
    return { index: 0 };
  }
  const frame = { index: 0, ...parsePlace(place) };
  return frame.line === undefined ? undefined : frame;
}

/** `index N out of bounds for type` of `index 10 out of bounds for type 'int[10]'`: what each run says alike. */
function errorKind(message: string): string {
  const bare = message.replaceAll(quoted, '');
  return bare.slice(0, /[:,;] | \(/.exec(bare)?.index).replaceAll(number, 'N');
}

function parseMinimal(text: string): Header | undefined {
  const match = minimal.exec(text);
  return match === null
    ? undefined
    : {
        sanitizer: 'UndefinedBehaviorSanitizer',
        kind: match.groups?.['kind'] ?? '',
        message: text.slice(match.index),
        prefix: text.slice(0, match.index),
        frame: { index: 0 },
      };
}

const indexed = / {4}#(?<index>[0-9]{1,9}) +(?<rest>.*)/s;
const counter = /^0x[0-9a-f]+ *(?:in )?(?<rest>.*)/s;
const buildId = / \(BuildId: (?<build>[0-9a-f]+)\)$/;
const located = /^(?<module>.+)\+(?<offset>0x[0-9a-f]+)$/s;

/** The frame that a line shows; undefined for any other line. */
export function parseFrame(text: string): Frame | undefined {
  const match = indexed.exec(text)?.groups;
  if (match === undefined) {
    return undefined;
  }
  const line = match['rest'] ?? '';
  const counted = counter.exec(line)?.groups?.['rest'];
  const { rest, module } = parseModule(counted ?? line);
  const frame = { index: Number(match['index']), ...module };
  // AddressSanitizer prints the module where it does not know the source.
  return counted !== undefined && module !== undefined
    ? { ...frame, ...named(rest.replace(/\+0x[0-9a-f]+$/, '')) }
    : { ...frame, ...parseSource(rest) };
}

/** The text before `(module+0x…) (BuildId: …)`, and what these say; an unknown module says nothing. */
function parseModule(line: string): { rest: string; module?: Partial<Frame> } {
  const build = buildId.exec(line);
  const text = line.slice(0, build?.index);
  const absolute = text.lastIndexOf('(/');
  const start = absolute > 0 ? absolute : text.lastIndexOf('(');
  if (start < 0 || !text.endsWith(')')) {
    return { rest: text };
  }
  const inner = text.slice(start + 1, -1);
  const rest = text.slice(0, start).replace(/(?<! ) +$/, '');
  const module = located.exec(inner)?.groups;
  if (module !== undefined) {
    return { rest, module: { ...module, ...build?.groups } };
  }
  return /^(?:<unknown module>|0x[0-9a-f]+)$/.test(inner) ? { rest, module: {} } : { rest: text };
}

/** `function place`: an absolute path may have blanks, a function's arguments too, a relative path not. */
function parseSource(text: string): Partial<Frame> {
  const absolute = text.indexOf(' /');
  const split = absolute >= 0 ? absolute : text.lastIndexOf(' ');
  return split < 0 ? named(text) : { ...named(text.slice(0, split)), ...parsePlace(text.slice(split + 1)) };
}

function parsePlace(place: string): Partial<Frame> {
  const match = place === '<null>' ? undefined : placed.exec(place)?.groups;
  return {
    ...(match?.['file'] === undefined ? {} : { file: match['file'] }),
    ...(match?.['line'] === undefined ? {} : { line: Number(match['line']) }),
    ...(match?.['column'] === undefined ? {} : { column: Number(match['column']) }),
  };
}

function named(text: string): Partial<Frame> {
  return text === '' || text === '<null>' ? {} : { function: text };
}

const titles = [
  /^ {2}(?<text>[A-Z].*):$/s,
  /^ {2}(?<text>Uninitialized value was .*|\[[0-9]+\]):?$/s,
  /^(?<text>(?:READ|WRITE|ACCESS) of size .*)$/s,
  /^(?<text>.* by .* here|(?:Direct|Indirect) leak of .* allocated from):$/s,
  /^(?<text>Address 0x[0-9a-f]+ is located in stack of thread .*)$/s,
];
const notes = [
  /^ {2}(?<text>(?:Location is|Cycle in lock order|Mutex M[0-9]+|And [0-9]+ more|Hint:|This frame has) .*)$/s,
  /^ {4}(?<text>\[[0-9]+, [0-9]+\) '.*)$/s,
  /^(?<text>(?:0x[0-9a-f]+ is |The signal is caused by |Hint: |HINT: ).*)$/s,
  /^(?<text>.*[:0-9a-f]: note: .*)$/s,
];

/** What a stack's title says, without its colon; undefined for any other line. */
export function parseTitle(text: string): string | undefined {
  return text.startsWith('  This frame has ') ? undefined : firstText(titles, text);
}

/** `main thread` or `thread T2`, where a title names one. */
export function threadOf(title: string): string | undefined {
  return /(?:by|in|at 0x[0-9a-f]+|stack of) (main thread|thread T[0-9]+)/.exec(title)?.[1];
}

/** What a line adds to a report besides stacks; undefined for any other line. */
export function parseNote(text: string): string | undefined {
  return firstText(notes, text);
}

function firstText(patterns: readonly RegExp[], text: string): string | undefined {
  return patterns.map((pattern) => pattern.exec(text)?.groups?.['text']).find((it) => it !== undefined);
}

const failures: readonly [Failure['kind'], RegExp][] = [
  ['start', /FATAL: [A-Za-z]+Sanitizer:? .*/s],
  ['start', /Shadow memory range interleaves .*/s],
  ['start', /ASan runtime does not come first .*/s],
  ['start', /Your application is linked against incompatible ASan runtimes.*/s],
  ['start', /(?<![A-Za-z])[A-Za-z]+Sanitizer: (?:failed to |ERROR: ).*/s],
  ['runtime', /(?<![A-Za-z])[A-Za-z]+Sanitizer:? CHECK failed: .*/s],
  ['runtime', /LeakSanitizer has encountered a fatal error.*/s],
  ['runtime', /(?<![A-Za-z])[A-Za-z]+Sanitizer: nested bug in the same thread.*/s],
  ['runtime', /ERROR: [A-Za-z]+Sanitizer failed to .*/s],
  // A header that the log's end cut off. A remark of the runtime about itself has `==<pid>==` before it.
  ['cut off', /(?<!=)WARNING: ThreadSanitizer: .*/s],
];

/** Sanitizer and text of a SUMMARY line. */
export function parseSummary(text: string): { sanitizer: string; summary: string } | undefined {
  const match = /SUMMARY: ([A-Za-z]+Sanitizer): (.+)/s.exec(text);
  return match === null ? undefined : { sanitizer: match[1] ?? '', summary: match[2] ?? '' };
}

/** What a runtime says of itself when it cannot go on. */
export function parseFailure(text: string): Failure | undefined {
  const found = failures.map(([kind, pattern]) => ({ kind, text: pattern.exec(text)?.[0] }));
  return found.find((it): it is Failure => it.text !== undefined);
}
