/** What one log of a sanitizer says. */

/** One line of a stack; a part that the symbolizer did not know (`<null>`) is absent. */
export interface Frame {
  readonly index: number;
  readonly function?: string;
  /** Path as the compiler recorded it. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Path of the executable or library; ThreadSanitizer prints its last part only. */
  readonly module?: string;
  /** Offset in the module, `0x…`. */
  readonly offset?: string;
  /** The module's build id, hex digits. */
  readonly build?: string;
}

export interface Stack {
  /** What happened there: `Previous write of size 8 at 0x… by thread T2`, `freed by thread T0 here`. */
  readonly title: string;
  /** `main thread` or `thread T2`, where the title names one. */
  readonly thread?: string;
  /** Innermost first; empty when the runtime had forgotten the stack. */
  readonly frames: readonly Frame[];
}

export interface Finding {
  /** `ThreadSanitizer`, `AddressSanitizer`, `LeakSanitizer`, `UndefinedBehaviorSanitizer`, … */
  readonly sanitizer: string;
  /** `data race`, `heap-use-after-free`, `detected memory leaks`, … */
  readonly kind: string;
  /** The header's text behind the sanitizer's name. */
  readonly message: string;
  /** False when the report has no end: the process or the log stopped inside it. */
  readonly complete: boolean;
  readonly pid?: number;
  readonly stacks: readonly Stack[];
  /** What the report says besides stacks: `Location is global 'counter' of size 4 at 0x…`. */
  readonly notes: readonly string[];
  /** The SUMMARY line without its prefix. */
  readonly summary?: string;
}

/** A sentence of the runtime that it could not do its work. */
export interface Failure {
  /** `start`: it refused to start; `runtime`: it failed later; `cut off`: a report without its header. */
  readonly kind: 'start' | 'runtime' | 'cut off';
  /** The runtime's own words. */
  readonly text: string;
}

/** What one log says. */
export interface Reading {
  readonly findings: readonly Finding[];
  readonly failures: readonly Failure[];
}
