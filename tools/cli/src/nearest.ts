/** Finds the names that the user may have meant. Pure. */

/** The known names that are a few typing errors away from `name`; at most three, the nearest first. */
export function nearestNames(name: string, known: Iterable<string>): string[] {
  const rated = [...known].map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  return rated
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .toSorted((left, right) => left.distance - right.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** The Levenshtein distance: the number of letters to insert, delete or change. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const [left = 0, above = 0, diagonal = 0] = [next[j], row[j + 1], row[j]];
      next.push(Math.min(left + 1, above + 1, diagonal + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
