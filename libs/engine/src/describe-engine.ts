/** Describes the engine that runs, and who started it. Pure. */
import type { OwnEngine } from './own-engine.ts';
import type { Engine } from './situation.ts';

/** One line; `ownPid` is the process of the engine that pysan started, if it runs. */
export function describeEngine(engine: Engine | undefined, ownPid: number | undefined, own: OwnEngine): string {
  if (engine === undefined) {
    return ownPid === undefined
      ? 'No engine runs.'
      : `The engine that pysan started (process ${String(ownPid)}) does not answer. See ${own.log}.`;
  }
  const owner =
    ownPid === undefined
      ? 'not started by pysan'
      : `started by pysan, process ${String(ownPid)}, data in ${own.folder}`;
  return `Docker ${engine.version}, ${engine.system}/${engine.architecture}, ${owner}`;
}
