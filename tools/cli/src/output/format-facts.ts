/** Formats sizes, ages and digests for people. Pure. */

const dayMs = 24 * 60 * 60 * 1000;

/** `337 MB`, `1.2 GB` */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) {
    return `${(bytes / 1e9).toFixed(1)} GB`;
  }
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}

/** `5 h`, `3 days`; empty without a time. */
export function formatAge(time: string | undefined, now: Date): string {
  const days = (now.getTime() - Date.parse(time ?? '')) / dayMs;
  if (!Number.isFinite(days)) {
    return '';
  }
  const [count, unit] = days < 2 ? [Math.max(0, Math.floor(days * 24)), 'h'] : [Math.floor(days), 'days'];
  return `${count} ${unit}`;
}

/** `sha256:` and twelve digits, enough to compare by eye. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

/** `numpy 2.5.5, llvm 1:21.1.8-3`, in the order of the labels. */
export function formatVersions(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .filter(([component]) => component !== 'python')
    .map(([component, version]) => `${component} ${version}`)
    .join(', ');
}
