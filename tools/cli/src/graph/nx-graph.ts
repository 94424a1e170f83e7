/**
 * Nx's graph, opened at the images. `nx graph` itself starts with folders of projects, and its task view stays empty
 * because it takes no projects. `nx run … --graph` opens the same page at the tasks of a run.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { UsageError } from '@pysan/model';
import { execa } from 'execa';
import { z } from 'zod';

import { root } from '../root.ts';
import { drawSvg } from './draw-svg.ts';

/** Serves the graph of one image or of all, and opens it in a browser if there is one. Runs until Ctrl-C. */
export async function openGraph(image?: string): Promise<void> {
  await execa('nx', [...taskArgs(image), '--graph'], { ...options, stdout: 'inherit', stderr: 'inherit' });
}

/**
 * Writes the graph and returns the paths of the files. For `.html`: Nx's page, the folder `static` that it reads, and an
 * SVG. For `.svg`: the SVG alone. Throws a UsageError for any other ending.
 */
export async function writeGraph(image: string | undefined, file: string): Promise<string[]> {
  const extension = path.extname(file);
  if (extension !== '.html' && extension !== '.svg') {
    throw new UsageError(`--file takes a path that ends in .html or .svg, not "${file}".`);
  }
  await mkdir(path.dirname(file), { recursive: true });
  const svg = `${file.slice(0, -extension.length)}.svg`;
  await writeFile(svg, await drawSvg(await readDependencies(image)));
  if (extension === '.svg') {
    return [svg];
  }
  await writePage(image, file);
  return [file, path.join(path.dirname(file), 'static'), svg];
}

async function writePage(image: string | undefined, file: string): Promise<void> {
  await execa('nx', [...taskArgs(image), `--graph=${path.resolve(file)}`], options);
  await writeFile(file, startAtTasks(await readFile(file, 'utf8'), image));
}

/** Makes Nx's page start at the build tasks. A file has no URL that could say so. */
function startAtTasks(page: string, image?: string): string {
  const route = image === undefined ? 'tasks/all?targets=build' : `tasks?targets=build&projects=${image}`;
  const started = page.replace('<head>', `<head>\n    <script>location.hash ||= '#/${route}';</script>`);
  if (started === page) {
    throw new Error('The page that Nx wrote has no <head>.');
  }
  return started;
}

async function readDependencies(image?: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await execa('nx', [...taskArgs(image), '--graph=stdout'], options);
  const { tasks } = taskGraphSchema.parse(JSON.parse(stdout));
  return new Map(Object.entries(tasks.dependencies).map(([task, needed]) => [imageOf(task), needed.map(imageOf)]));
}

const taskGraphSchema = z.object({
  tasks: z.object({ dependencies: z.record(z.string(), z.array(z.string())) }),
});

function imageOf(task: string): string {
  return task.replace(/:build$/, '');
}

function taskArgs(image?: string): string[] {
  return image === undefined ? ['run-many', '--targets=build'] : ['run', `${image}:build`];
}

const options = { cwd: root, stdin: 'ignore' } as const;
