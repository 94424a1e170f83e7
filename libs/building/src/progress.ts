/**
 * Reads BuildKit's plain progress, line by line, and reports what people want to see: the running steps and the time of
 * each. Pure.
 *
 *     #12 [build 4/6] RUN make
 *     #12 0.345 compiling …
 *     #12 DONE 34.2s
 */
export interface Step {
  readonly name: string;
  /** Undefined while the step runs. */
  readonly seconds?: number;
  readonly isCached: boolean;
}

export interface Progress {
  /** Steps by BuildKit's number, in the order of their start. */
  readonly steps: ReadonlyMap<string, Step>;
}

export const noProgress: Progress = { steps: new Map() };

/** The progress after one more line, and the step that this line started or ended. */
export function readLine(progress: Progress, line: string): { progress: Progress; changed?: Step } {
  const groups = /^#(?<number>\d+) (?<text>.*)$/.exec(line.trimEnd())?.groups;
  if (groups?.['number'] === undefined || groups['text'] === undefined) {
    return { progress };
  }
  const changed = nextStep(progress.steps.get(groups['number']), groups['text']);
  if (changed === undefined) {
    return { progress };
  }
  return { progress: { steps: new Map(progress.steps).set(groups['number'], changed) }, changed };
}

function nextStep(known: Step | undefined, text: string): Step | undefined {
  if (known === undefined) {
    return text.startsWith('[') ? { name: text, isCached: false } : undefined;
  }
  if (text === 'CACHED') {
    return { ...known, seconds: 0, isCached: true };
  }
  const seconds = /^(?:DONE|ERROR)/.test(text) ? /(?<!\d)\d+\.\d+(?=s)/.exec(text)?.[0] : undefined;
  return seconds === undefined ? undefined : { ...known, seconds: Number(seconds) };
}

/**
 * `   164.0 s  numpy-tsan [build 4/6] RUN …`, or with dots for a step that has just started; at most `width` columns. The
 * image is named because others may be built in parallel.
 */
export function formatStep(image: string, { name, seconds, isCached }: Step, width: number): string {
  const time = seconds === undefined ? '…' : isCached ? 'cached' : `${seconds.toFixed(1)} s`;
  const line = `${time.padStart(9)}  ${image} ${name.replaceAll(/ --mount=\S+/g, '').replaceAll(/\s+/g, ' ')}`;
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** Whether people want to see a step: the start and end of a command, and any other step that took a second. */
export function isNews({ name, seconds }: Step): boolean {
  return name.includes('] RUN ') || (seconds !== undefined && seconds >= 1);
}
