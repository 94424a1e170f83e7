/** What the documentation has people type: each block says who typed it, or why nobody did, and no command is out of date. */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from '@jest/globals';
import { execa } from 'execa';

import { readText, repositoryFiles, root } from './tools/lint/repository.ts';

const documents = repositoryFiles().filter((file) => /^(?:README|CONTRIBUTING)\.md$|^docs\/.*\.md$/.test(file));
const blocks = documents.flatMap(blocksOf);
const commands = blocks.flatMap(({ text }) => commandsIn(text));

interface Block {
  /** `README.md:43`, the line of its fence. */
  readonly at: string;
  readonly text: string;
  /** What the comment before it says. */
  readonly mark: string;
}

/** The fenced blocks of a document. */
function blocksOf(file: string): Block[] {
  const text = readText(file);
  const fenced = /(?:^<!-- (?<mark>.+) -->\n+)?^```\w*\n(?<text>[^]*?)^```$/gm;
  return [...text.matchAll(fenced)].map(({ index, groups = {}, 0: whole }) => ({
    at: `${file}:${text.slice(0, index + whole.indexOf('```')).split('\n').length}`,
    text: groups['text'] ?? '',
    mark: groups['mark'] ?? '',
  }));
}

/** The command lines of pysan, without what follows in a pipe or as a comment. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/\.\/pysan ([a-z][^\n|&;#)"`]*)/g)].map(([, words = '']) => words.trim());
}

it('finds the blocks and the commands', () => {
  expect(blocks.length).toBeGreaterThan(15);
  expect(commands).toContain('tags 3.14.3t');
});

it.each(blocks)('$at says which test types it, or why none does', ({ mark }) => {
  const [, spec = '', reason = ''] = /^(?:typed by: (\S+)|not typed: (.{15,}))$/.exec(mark) ?? [];
  expect(spec + reason).not.toBe('');
  expect(spec === '' || existsSync(path.join(root, spec))).toBe(true);
});

it('has no option that its command does not know', async () => {
  const used = Map.groupBy(commands, (words) => words.split(' ')[0] ?? '');
  const faults = await Promise.all([...used].map(([name, lines]) => unknownOptions(name, lines)));
  expect(faults.flat()).toEqual([]);
}, 60_000);

async function unknownOptions(name: string, lines: readonly string[]): Promise<string[]> {
  const { stdout } = await execa('./pysan', [name, '--help'], { cwd: root });
  const known = new Set(stdout.match(/--[a-z][a-z-]*/g));
  const own = lines.map((line) => line.split(' -- ')[0] ?? '');
  return own.flatMap((line) => (line.match(/--[a-z][a-z-]*/g) ?? []).filter((option) => !known.has(option)));
}

it('shows what tags prints', async () => {
  const { stdout } = await execa('./pysan', ['tags', '3.14.3t'], { cwd: root });
  expect(readText('README.md')).toContain(`$ ./pysan tags 3.14.3t\n${stdout}\n`);
}, 30_000);
