/** For tests: a container engine in memory that keeps what it was asked, in order, and fails where it is told to. */
import type { ContainerEngine, ContainerResult, ImageFacts } from '@pysan/engine';

export interface RecordingEngine extends ContainerEngine {
  /** `tag a:1 b:1`, `push b:1`, `pull …`, `run <first word of the command>`. Looks are not kept. */
  readonly asked: string[];
  /** What it has, by each of its names. */
  readonly images: Map<string, ImageFacts>;
  /** Sees what is asked before it counts; what it throws is the answer. */
  intercept: (asked: string) => void | Promise<void>;
  /** The digest that a push answers. */
  pushed: string;
  /** What a command prints, by its first word. */
  readonly prints: Record<string, string>;
}

/** Facts of an image with these labels and names. */
export function factsOf(id: string, labels: Readonly<Record<string, string>>, repoTags: readonly string[]): ImageFacts {
  return { id, labels, bytes: 1, created: new Date(0), repoTags, repoDigests: [] };
}

/** An engine that has nothing. */
export function recordingEngine(): RecordingEngine {
  const engine: RecordingEngine = {
    asked: [],
    images: new Map(),
    prints: {},
    pushed: '',
    intercept: () => undefined,
    findImages: (names) =>
      Promise.resolve(
        new Map(
          names.flatMap((name) => (engine.images.has(name) ? [[name, engine.images.get(name)]] : [])) as [
            string,
            ImageFacts,
          ][],
        ),
      ),
    tagImage: async (from, to) => {
      await ask(`tag ${from} ${to}`);
      const image = engine.images.get(from);
      if (image !== undefined) {
        engine.images.set(to, image);
      }
    },
    removeTag: async (name) => {
      await ask(`untag ${name}`);
      engine.images.delete(name);
    },
    pullImage: (reference) => ask(`pull ${reference}`),
    pushImage: async (name) => {
      await ask(`push ${name}`);
      return engine.pushed;
    },
    runContainer: async ({ command }): Promise<ContainerResult> => {
      const [word = ''] = command;
      await ask(`run ${word}`);
      return { exitCode: 0, stdout: engine.prints[word] ?? '', stderr: '', timedOut: false };
    },
    readHostFacts: () => Promise.resolve({ mmapRndBits: 28, seccomp: 'default' }),
    requireBuildx: () => Promise.resolve(),
  };
  return engine;

  async function ask(text: string): Promise<void> {
    engine.asked.push(text);
    await engine.intercept(text);
  }
}
