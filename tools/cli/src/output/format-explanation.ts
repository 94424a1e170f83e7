/** Formats the output of `pysan why`: all that is known about a published image. Pure. */
import { describeClaim, describeTrust } from '@pysan/evidence';
import { buildName, type Source } from '@pysan/model';
import type { Explanation, SignatureJudgement } from '@pysan/releases';
import { formatReason } from '@pysan/planning';
import { versionsIn } from '@pysan/tagging';
import { formatBaselineFinding } from '@pysan/verification';

import { formatAge, formatBytes, formatVersions } from './format-facts.ts';

/** The reference that was asked for, and the time of the request. */
type Shown = Explanation & { readonly reference: string; readonly now: Date };

type Line = readonly [name: string, text: string];

/** The reference, then one line for each fact. */
export function formatExplanation(explanation: Shown): string {
  const lines = [
    ...linesOfImage(explanation),
    ...linesOfBuild(explanation),
    ...linesOfEvidence(explanation),
    ...linesOfBaseline(explanation),
    ...linesOfJudgement(explanation),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [explanation.reference, ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd())].join(
    '\n',
  );
}

function linesOfImage({ record: { digest, tags, created, bytes, hold }, now }: Shown): Line[] {
  const made = created === undefined ? 'at an unknown time' : `${created}, ${formatAge(created, now)} ago`;
  return [
    ['digest', digest],
    ['tags', tags.length === 0 ? 'none' : tags.join(' ')],
    ['made', `${made}; ${formatBytes(bytes)} as pulled`],
    ...(hold === undefined ? [] : [['on hold', hold] as const]),
  ];
}

function linesOfBuild({ made, parent, record }: Explanation): Line[] {
  if ('unreadable' in made) {
    return [['build', `unknown: ${made.unreadable}`]];
  }
  const { buildId, inputs } = made;
  const below =
    inputs.parent === undefined ? `base ${inputs.base ?? ''}` : `${parent ?? ''} ${buildName(inputs.parent)}`;
  const versions = versionsIn(record.labels);
  const { python } = versions;
  const inside = formatVersions(versions);
  const takes = Object.entries(inputs.takes ?? {}).map(([name, id]) => `${name} ${buildName(id)}`);
  return [
    ['build', `${buildName(buildId)} (${buildId})`],
    ...(python === undefined ? [] : [['python', python] as const]),
    ...column('sources', inputs.releases.map(formatSource)),
    ['parent', below.trim()],
    ...column('takes', takes),
    ...(inside === '' ? [] : [['inside', inside] as const]),
  ];
}

/** One line for each text. The first has the name. */
function column(name: string, texts: readonly string[]): Line[] {
  return texts.map((text, index) => [index === 0 ? name : '', text]);
}

function formatSource({ component, version, commit, tree, sha256 }: Source): string {
  const origin =
    commit === undefined ? (tree === undefined ? hash('sha256', sha256) : hash('tree', tree)) : hash('commit', commit);
  return [component, version, origin].filter((it) => it !== '').join(' ');
}

function hash(name: string, value: string | undefined): string {
  return value === undefined ? '' : `${name} ${value}`;
}

function linesOfEvidence({ record: { proof, doubt, signatures, promotions, digest }, trusted }: Explanation): Line[] {
  const unproven = doubt === undefined ? 'none that its signature covers' : `unknown: ${doubt}`;
  const proven = proof === undefined ? unproven : `${proof.verdict}, ${proof.cases} checks, ${proof.at}`;
  const moves = promotions
    .toSorted(newestFirst)
    .flatMap(({ at, by, tags }) =>
      tags.map(({ tag, replaced }) => `${at} ${by}: ${tag} ${replaced === null ? 'was new' : `left ${replaced}`}`),
    );
  return [
    ['proven', proven],
    ...linesOfSignatures(signatures),
    ...(trusted === undefined ? [] : [['trusted', formatTrust(trusted)] as const]),
    ...(moves.length === 0 ? [`no record of a tag that moved to ${digest}`] : moves).map((move, index): Line => [
      index === 0 ? 'moves' : '',
      move,
    ]),
  ];
}

function linesOfSignatures(signatures: Explanation['record']['signatures']): Line[] {
  const claims = [...new Set(signatures.map(describeClaim))];
  return (claims.length === 0 ? ['no signature is attached'] : claims).map((claim, index): Line => [
    index === 0 ? 'signed' : '',
    claim,
  ]);
}

function formatTrust(trusted: SignatureJudgement): string {
  if ('unknown' in trusted) {
    return `unknown: ${trusted.unknown}`;
  }
  const { trust, signature } = trusted;
  return 'refusal' in signature
    ? `no, not by ${describeTrust(trust)}: ${signature.refusal}`
    : `yes, by ${describeTrust(trust)}`;
}

function linesOfBaseline({ record: { baseline, doubt }, hasOwnTests }: Explanation): Line[] {
  if (baseline === undefined) {
    const absent = doubt === undefined ? 'none is attached that its signature covers' : `unknown: ${doubt}`;
    return hasOwnTests ? [['baseline', absent]] : [];
  }
  const { findings, runs, at } = baseline;
  const summary = `${String(findings.length)} findings in ${String(runs)} runs of upstream's own tests, ${at}`;
  return column('baseline', [summary, ...findings.toSorted(mostFrequentFirst).map(formatBaselineFinding)]);
}

function mostFrequentFirst({ hits: left }: { hits: number }, { hits: right }: { hits: number }): number {
  return right - left;
}

function newestFirst({ at: left }: { at: string }, { at: right }: { at: string }): number {
  return Date.parse(right) - Date.parse(left);
}

const reasonsMax = 6;

function linesOfJudgement({ judgement }: Explanation): Line[] {
  if (judgement === undefined) {
    return [['fresh', 'unknown: this checkout has no such image']];
  }
  const verdict = judgement.state === 'fresh' ? 'yes' : `no, ${judgement.state}`;
  const [first, ...more] = judgement.reasons.slice(0, reasonsMax).map(formatReason);
  const rest = judgement.reasons.length - reasonsMax;
  return [
    ['fresh', `${verdict}: ${first ?? ''}`],
    ...more.map((it): Line => ['', it]),
    ...(rest > 0 ? [['', `and ${rest} more`] as const] : []),
  ];
}
