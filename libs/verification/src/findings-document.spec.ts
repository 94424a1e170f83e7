import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from '@jest/globals';
import { z } from 'zod';

import { type FindingsDocument, findingsDocumentSchema } from './findings-document.ts';

const san = path.join(import.meta.dirname, '../../../tools/san');
const corpus = path.join(san, 'corpus');
const written = writtenBySan();

function writtenBySan(): FindingsDocument {
  const folder = mkdtempSync(path.join(tmpdir(), 'san-'));
  const script = [
    'import sys; from pathlib import Path',
    'from san.attribution import attribution_of; from san.collect import collect',
    'from san.distributions import Distributions; from san.model import Observation, Report, SuiteCounts',
    'from san.publish import view_of, write_files; from san.reader import read_log',
    'logs = [read_log(Path(it).open("rb")) for it in sys.argv[2:]]',
    'who = attribution_of(Distributions(roots={"/src/seeded": "seeded"}), ["seeded"])',
    'seen = [Observation(it, "t.py::test", "log", "during another") for log in logs for it in log.findings]',
    'report = Report(collect(seen, who, baseline={}), [it for log in logs for it in log.failures], "new", "id", SuiteCounts(3, 1, 2))',
    'write_files(report, view_of(who, Path("/src/seeded")), Path(sys.argv[1]))',
  ];
  const logs = readdirSync(corpus).filter((name) => name.endsWith('.txt'));
  const environment = { ...process.env, PYTHONPATH: san, PYTHONDONTWRITEBYTECODE: '1' };
  try {
    const files = logs.map((name) => path.join(corpus, name));
    execFileSync('python3', ['-c', script.join('\n'), folder, ...files], { env: environment });
    return findingsDocumentSchema.parse(JSON.parse(readFileSync(path.join(folder, 'findings.json'), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('reads what san writes of the whole corpus', () => {
  expect(written.entries.length).toBeGreaterThan(60);
  expect(written.failures.length).toBeGreaterThan(5);
  expect(written.tests).toEqual({ ran: 3, failed: 1, threaded: 2 });
});

it.each([
  { title: 'an unknown key', change: { colour: 'red' } },
  { title: 'another schema', change: { schema: 2 } },
  { title: 'an identity of another kind', change: { entries: [{ ...written.entries[0], id: 'san2:000000000000' }] } },
])('refuses $title', ({ change }) => {
  expect(findingsDocumentSchema.safeParse({ ...written, ...change }).success).toBe(false);
});

it('has the keys that the JSON Schema has, and requires the same', () => {
  const theirs = JSON.parse(readFileSync(path.join(san, 'findings.schema.json'), 'utf8')) as Schema;
  const ours = z.toJSONSchema(findingsDocumentSchema) as Schema;

  expect(shape(ours, {})).toEqual(shape(theirs, theirs.$defs ?? {}));
});

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Record<string, Schema>;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** Keys, which of them are required, and values that are enumerated, at each depth. */
function shape(schema: Schema, definitions: Record<string, Schema>): unknown {
  const name = schema.$ref?.split('/').at(-1);
  const {
    properties,
    required = [],
    items,
    enum: values,
  } = (name === undefined ? undefined : definitions[name]) ?? schema;
  if (properties !== undefined) {
    const inner = Object.entries(properties).map(([key, value]) => [key, shape(value, definitions)]);
    return { properties: Object.fromEntries(inner) as unknown, required: required.toSorted() };
  }
  return items === undefined ? (values ?? []) : [shape(items, definitions)];
}
