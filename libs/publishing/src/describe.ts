/** Describes the steps of a publication, planned or done. Pure. */
import type { Step } from '@pysan/engine';
import { formatReason, type Reason } from '@pysan/planning';
import type { TagMove } from '@pysan/tagging';
import { alignRows } from '@pysan/verification';

/** The state of a build in a registry before the publication. */
export interface Situation {
  /** `ghcr.io/acme/numpy-tsan` */
  readonly name: string;
  /** The immutable tag of this build. */
  readonly tag: string;
  /** Its digest there; undefined if the registry does not have it. */
  readonly digest: string | undefined;
  /** Why the image in the registry is foreign; undefined if it is ours or missing. */
  readonly foreign: string | undefined;
  /** Whether the engine has it. */
  readonly isBuilt: boolean;
  /** The step to get an engine here. */
  readonly engine: Step;
  /** Undefined if it is proven. */
  readonly unproven: Reason | undefined;
}

/** The steps before any tag moves, one on each line. */
export function describeSteps({ name, tag, digest, foreign, isBuilt, engine, unproven }: Situation): string {
  const lines = [
    `${name}:${tag}`,
    ...describeEngineStep(engine),
    ...(digest === undefined
      ? [
          ...(foreign === undefined ? [] : [`is there, but not used and replaced: ${foreign}`]),
          isBuilt
            ? 'is here: built again FROM the published parent, by what is cached, pushed and signed'
            : 'is nowhere: built here, pushed and signed',
        ]
      : [`is there: ${digest}`]),
    unproven === undefined
      ? "proven by today's checks"
      : `verified by today's checks, as it comes back from the registry (${formatReason(unproven)})`,
    'report, passport, bill of materials and provenance are attached and signed, as far as they are missing',
  ];
  return lines.map((line, index) => (index === 0 ? line : `  ${line}`)).join('\n');
}

function describeEngineStep(step: Step): string[] {
  const lines = {
    use: [],
    start: ['a container engine is started'],
    install: ['a container engine is installed and started'],
  };
  return step.do === 'give up' ? [`needs a container engine. ${step.message}`] : lines[step.do];
}

/** The guard's decision for each tag. */
export function describeMoves(moves: readonly TagMove[], digest: string | undefined): string {
  return alignRows(moves.map((move) => [`  ${move.tag.tag}`, verbOf(move, digest), move.decision.reason])).join('\n');
}

function verbOf({ from, decision }: TagMove, digest: string | undefined): string {
  if (!decision.allowed) {
    return 'stays';
  }
  return from === undefined ? 'new' : from.digest === digest ? 'is there' : 'moves';
}
