/** The parts of a Markdown file that are generated, between two comments. Pure. */
import { ConfigError } from '@pysan/model';

/** The text with new content between `<!-- nx sync: name -->` and `<!-- end -->`; ConfigError when they are not there. */
export function replaceSection(file: string, text: string, name: string, content: string): string {
  const begin = `<!-- nx sync: ${name} -->\n`;
  const end = '\n<!-- end -->';
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) {
    throw new ConfigError(file, [`expected "${begin.trim()}" and, below it, "${end.trim()}" on lines of their own`]);
  }
  return `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`;
}
