export { attemptsOf, formatRunName, type WorkflowRun } from './attempts.ts';
export {
  coordinate,
  type Coordination,
  describeDoubt,
  type Dispatch,
  isRed,
  libraryInputs,
  nameOf,
  type Row,
  type Situation,
  workflowInputsOf,
} from './coordinate.ts';
export { describeSources, developmentIssues, developmentProblems, type Outcome, waitFor } from './development.ts';
export { failureLabel, type Issue, type IssueAction, reconcileIssues } from './failure-issues.ts';
export { warnOfQuiet } from './quiet.ts';
export { refusalToStart } from './readiness.ts';
