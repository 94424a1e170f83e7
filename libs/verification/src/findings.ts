/**
 * Bytes of a log -> findings and failures, in the order of their headers. The program prints to the same stream, so a
 * line that is not recognised is the program's own.
 *
 * The factory keeps a reader of its own, so that no image vouches for itself. It is the twin of tools/san/san/reader.py:
 * both give the same JSON for tools/san/corpus.
 */
import {
  type Header,
  parseFailure,
  parseFrame,
  parseHeader,
  parseNote,
  parseSummary,
  parseTitle,
  threadOf,
} from './formats.ts';
import { linesOf, mayHaveHeader, piecesOf, textOf } from './lines.ts';
import type { Failure, Finding, Frame, Reading } from './reading.ts';

/** Reports that wait for their end side by side, as processes that share a log make them. */
const openMax = 16;
/** Lines of the program's own in a row after which a report without an end is closed. */
const foreignLinesMax = 1000;
const stacksMax = 4096;
const framesMax = 512;
const notesMax = 64;
/** Longest text before a header that can be what a log collector puts before each line, in code points. */
const prefixMax = 120;

/** The findings in the order in which they were printed. */
export function parseFindings(output: string): readonly Finding[] {
  return readLog(output).findings;
}

/** Everything that one log says. */
export function readLog(log: string | Uint8Array): Reading {
  const reader = new Reader();
  for (const line of linesOf(log)) {
    if (mayHaveHeader(line)) {
      piecesOf(line).forEach((piece) => {
        reader.feed(piece);
      });
    } else if (reader.isOpen) {
      reader.add(textOf(line));
    }
  }
  reader.closeAll();
  return { findings: reader.findings, failures: reader.failures };
}

/** `Finding` while it is read. */
interface Draft extends Omit<Finding, 'complete' | 'stacks' | 'notes' | 'summary'> {
  complete: boolean;
  stacks: { title: string; thread?: string; frames: Frame[] }[];
  notes: string[];
  summary?: string;
}

interface Open {
  readonly finding: Draft;
  readonly prefix: string;
  /** The prefix with any digits in place of its own: collectors print the time. */
  readonly shape: RegExp | undefined;
  /** The place in UndefinedBehaviorSanitizer's header, for a report without a stack. */
  readonly frame: Frame | undefined;
}

/** Hands each piece to the report that it belongs to. */
class Reader {
  readonly findings: Draft[] = [];
  readonly failures: Failure[] = [];
  /** The oldest first. */
  #open: Open[] = [];
  #foreign = 0;

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  /** Takes a piece that may begin or end a report. */
  feed(piece: string): void {
    const header = parseHeader(piece);
    const failure = header === undefined ? parseFailure(piece) : undefined;
    if (header !== undefined) {
      this.#start(header);
    } else if (failure !== undefined) {
      this.failures.push(failure);
    } else if (!this.#end(piece)) {
      this.add(piece);
    }
  }

  /** Takes a piece that belongs to a report or to none. */
  add(piece: string): void {
    const { open, text } = this.#owner(piece);
    const known = open !== undefined && (this.#abort(open, text) || addLine(open.finding, text));
    this.#foreign = known ? 0 : this.#foreign + 1;
    if (this.#foreign > foreignLinesMax) {
      this.closeAll();
    }
  }

  /** No more of the open reports is to be expected. */
  closeAll(): void {
    this.#open.forEach(complement);
    this.#open = [];
  }

  #start(header: Header): void {
    this.#open
      .filter(({ prefix, finding }) => prefix === header.prefix && finding.complete)
      .forEach((open) => {
        this.#close(open);
      });
    if (this.#open.length === openMax && this.#open[0] !== undefined) {
      this.#close(this.#open[0]);
    }
    const open = openOf(header);
    this.#foreign = 0;
    this.#open.push(open);
    this.findings.push(open.finding);
  }

  /** The report that a line belongs to, and the line without its prefix. */
  #owner(piece: string): { open: Open | undefined; text: string } {
    const newest = this.#open.toReversed();
    const exact = newest.find(({ prefix }) => prefix !== '' && piece.startsWith(prefix));
    if (exact !== undefined) {
      return { open: exact, text: piece.slice(exact.prefix.length) };
    }
    const alike = newest.find(({ shape }) => shape?.test(piece));
    if (alike !== undefined) {
      return { open: alike, text: piece.slice(alike.shape?.exec(piece)?.[0].length) };
    }
    return { open: newest.find(({ prefix }) => prefix === '') ?? newest[0], text: piece };
  }

  /** Whether the line is the last of a report, also where summaries are switched off. */
  #abort(open: Open, text: string): boolean {
    if (!(text.startsWith('==') && text.endsWith('==ABORTING'))) {
      return false;
    }
    open.finding.complete = true;
    this.#close(open);
    return true;
  }

  /** Whether the line is a report's SUMMARY. */
  #end(piece: string): boolean {
    const found = parseSummary(piece);
    if (found === undefined) {
      return false;
    }
    const open = this.#summarised(piece, found.sanitizer, found.summary);
    if (open === undefined) {
      this.failures.push({ kind: 'cut off', text: piece });
      return true;
    }
    open.finding.summary = found.summary;
    open.finding.complete = true;
    this.#close(open);
    return true;
  }

  /** The report that a SUMMARY ends: of those open in its stream the newest of that kind, or of that sanitizer. */
  #summarised(piece: string, sanitizer: string, summary: string): Open | undefined {
    const owner = this.#owner(piece).open;
    const peers = this.#open.toReversed().filter(({ prefix }) => prefix === owner?.prefix);
    return (
      peers.find(({ finding }) => fits(finding, summary)) ??
      peers.find(({ finding }) => finding.sanitizer === sanitizer)
    );
  }

  #close(open: Open): void {
    this.#open = this.#open.filter((it) => it !== open);
    complement(open);
  }
}

/** Gives a report without a stack the place in its header. */
function complement({ finding, frame }: Open): void {
  if (frame !== undefined && finding.stacks[0]?.frames.length === 0) {
    finding.stacks[0].frames.push(frame);
  }
}

/** A summary begins with the kind, which the header of a crash or a leak words differently. */
function fits({ sanitizer, kind }: Draft, summary: string): boolean {
  const leaked = sanitizer === 'LeakSanitizer' && summary.includes(' leaked in ');
  return leaked || summary.startsWith(kind) || kind.split(' ').includes(summary.split(' ')[0] ?? '');
}

function openOf({ prefix, frame, ...header }: Header): Open {
  const stacks = frame === undefined ? [] : [{ title: header.message, frames: [] }];
  // What UndefinedBehaviorSanitizer has to say stands in its first line.
  const finding = { ...header, complete: frame !== undefined, stacks, notes: [] };
  const kept = [...prefix].length <= prefixMax ? prefix : '';
  return { finding, prefix: kept, shape: shapeOf(kept), frame };
}

function shapeOf(prefix: string): RegExp | undefined {
  const parts = prefix.split(/[0-9]+/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return parts.length > 1 ? new RegExp(`^${parts.join('[0-9]+')}`) : undefined;
}

/** Adds a line to its report; false for a line that is the program's own. */
function addLine(finding: Draft, text: string): boolean {
  const frame = text.includes('    #') ? parseFrame(text) : undefined;
  if (frame !== undefined) {
    return addFrame(finding, frame);
  }
  const title = parseTitle(text);
  // `Location is …:` has a stack, `Location is …` has none.
  const note = title === undefined ? parseNote(text) : undefined;
  if (title !== undefined && finding.stacks.length < stacksMax) {
    const thread = threadOf(title);
    finding.stacks.push({ title, ...(thread === undefined ? {} : { thread }), frames: [] });
  }
  if (note !== undefined && finding.notes.length < notesMax) {
    finding.notes.push(note);
  }
  return title !== undefined || note !== undefined;
}

/** False for a frame of a stack that has no end: then nothing but the program prints. */
function addFrame({ kind, stacks }: Draft, frame: Frame): boolean {
  // A crash and a double free have no title of their own above their first stack.
  if (stacks.length === 0) {
    stacks.push({ title: kind, frames: [] });
  }
  const frames = stacks.at(-1)?.frames ?? [];
  return frames.length < framesMax && frames.push(frame) > 0;
}

/** `bump race.c:14`, with what is known of it. */
export function formatFrame({ function: name, file, line, module }: Frame): string {
  const source = file === undefined ? `(${fileName(module ?? 'unknown module')})` : fileName(file);
  return `${name ?? '<null>'} ${source}${line === undefined ? '' : `:${String(line)}`}`;
}

/** True when the frame says function and file, or cannot be expected to. Compiler-made code is of no line. */
export function isSymbolised({ index, function: name, file, module }: Frame): boolean {
  // The runtime's interceptors (calloc, memmove, pthread_create) are innermost and come without line tables;
  // so do Debian's libraries, the only ones with a version after `.so`, and the start of a program.
  const isInterceptor = (index === 0 && name !== undefined) || name === '_start';
  const isSystemLibrary = module !== undefined && /\.so\.\d/.test(fileName(module));
  return isInterceptor || isSystemLibrary || (name !== undefined && file !== undefined);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
