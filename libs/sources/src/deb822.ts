/** Debian's format for control data: paragraphs of fields (https://manpages.debian.org/unstable/dpkg-dev/deb822.5). Pure. */

/** The paragraphs of a file as text, without its comments. An index has tens of thousands, and only a few are parsed. */
export function splitParagraphs(text: string): string[] {
  return text
    .replaceAll(/^#.*\n?/gm, '')
    .split(/\n(?:[ \t]*\n)+/)
    .filter((paragraph) => paragraph.trim() !== '');
}

/** The fields of a paragraph by their names in lower case. The lines of a long value stay separate, each with its indentation. */
export function parseFields(paragraph: string): Map<string, string> {
  const fields = paragraph.matchAll(/^([^\s:#-][^\s:]*):[ \t]*(.*(?:\n[ \t].*)*)/gm);
  return new Map([...fields].map(([, name = '', value = '']) => [name.toLowerCase(), value.trimEnd()]));
}
