/** The Python tools: resolves their lists again, outside the repository, and compares the results. */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { compareRequirements } from '@pysan/versions';

import type { Findings } from './findings.ts';

/** The changes from a new resolution of the lists (`*.in`) below versions/tools. Throws the errors of `compile`. */
export async function resolveTools(root: string, compile: (folder: string) => Promise<void>): Promise<Findings> {
  const tools = path.join(root, 'versions/tools');
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-tools-'));
  try {
    await cp(tools, folder, { recursive: true, filter: (source) => !source.endsWith('.txt') });
    await compile(folder);
    const lists = (await readdir(tools, { recursive: true })).filter((name) => name.endsWith('.in'));
    const names = lists.toSorted().map((name) => name.replace(/\.in$/, '.txt'));
    return combine(await Promise.all(names.map((name) => compare(name, tools, folder))));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compare(name: string, tools: string, folder: string): Promise<Findings> {
  const [before, after] = await Promise.all(
    [tools, folder].map((directory) => readFile(path.join(directory, name), 'utf8')),
  );
  const news = compareRequirements(path.basename(name), before ?? '', after ?? '');
  return { news, changes: before === after ? {} : { [path.join('versions/tools', name)]: after ?? '' } };
}

function combine(answers: readonly Findings[]): Findings {
  return {
    news: answers.flatMap(({ news }) => news),
    changes: Object.assign({}, ...answers.map(({ changes }) => changes)) as Findings['changes'],
  };
}
