/** A real browser for tests: Debian's Chromium, which draws without a window. */
import path from 'node:path';

import { type Browser, chromium } from 'playwright-core';

import { fetchTree } from './debian-programs.ts';

/** Starts the browser with the libraries and fonts of its own tree; the caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const tree = await fetchTree('chromium-headless-shell');
  const libraries = path.join(tree, 'usr/lib', `${architectures[process.arch] ?? process.arch}-linux-gnu`);
  return await chromium.launch({
    executablePath: path.join(tree, 'usr/lib/chromium/chromium-headless-shell'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: `${libraries}:${path.join(libraries, 'pulseaudio')}`,
      FONTCONFIG_SYSROOT: tree,
    },
  });
}

const architectures: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
