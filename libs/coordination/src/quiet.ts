/** Whether GitHub will soon stop the schedules of a repository. Pure. */

// https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-workflows
const daysUntilStop = 60;
const daysUntilWarning = 50;
const dayMs = 24 * 60 * 60 * 1000;

/** The warning for a repository whose last commit is from `last`, in milliseconds since 1970; undefined while there is time. */
export function warnOfQuiet(lastCommit: number, now: number): string | undefined {
  const days = Math.floor((now - lastCommit) / dayMs);
  return days < daysUntilWarning
    ? undefined
    : `the last commit is ${days} days old, and GitHub stops all schedules after ${daysUntilStop} days without one: ` +
        'merge the pull request for the locks, or push any commit';
}
